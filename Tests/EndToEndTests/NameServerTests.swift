import Formats
import TestSupport
import Testing

/// Names that lead to another place each time they are looked up.
@Suite(.timeLimit(.minutes(2))) struct NameServerTests {
  /// A name server whose first answer is 127.0.0.1, and every later one 127.0.0.2.
  private static let server = """
    import socket, sys
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((sys.argv[1], 53))
    print("listening", flush=True)
    last = 1
    while True:
        query, client = server.recvfrom(512)
        end = 12
        while query[end]: end += query[end] + 1
        question, isAddress = query[12:end + 5], query[end + 1:end + 3] == b"\\0\\1"
        head = query[:2] + b"\\x81\\x80\\0\\1" + (b"\\0\\1" if isAddress else b"\\0\\0") + b"\\0\\0\\0\\0"
        record = b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\0\\0\\4\\x7f\\0\\0" + bytes([last]) if isAddress else b""
        server.sendto(head + question + record, client)
        if isAddress: last = 2
    """

  @Test func `a name that leads elsewhere the second time is judged by where it leads then`() async throws {
    let directory = try TemporaryDirectory()
    let address = "127.\(UInt8.random(in: 1...254)).\(UInt8.random(in: 1...254)).53"
    let names = try TestProcess("python3", ["-c", Self.server, address])
    try await names.waitForLine(containing: "listening")
    try directory.write("nameserver \(address)\n", to: "resolv.conf")
    try directory.write("hosts: files dns\n", to: "nsswitch.conf")
    let own = "cd \"$0\" && for file in resolv.conf nsswitch.conf; do mount --bind $file /etc/$file; done"
    let daemon = try await TestDaemon(
      configuration: "policy: {hosts: {deny: [127.0.0.2]}}", directory: directory,
      wrapper: ["unshare", "-m", "sh", "-c", own + "; exec \"$@\"", directory.path])
    let service = try LoopbackServer { _ in .last("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
    let job = try await daemon.execute(
      """
      name: rebinding
      config: {fail_fast: false}
      steps:
        - {id: first, step_type: service_health, parameters: {host: twice.test, port: \(service.port)}}
        - id: second
          depends_on: [first]
          step_type: service_health
          parameters: {host: twice.test, port: \(service.port)}
        - id: fetch
          depends_on: [first]
          step_type: http
          parameters: {url: "http://twice.test:\(service.port)/"}
        - id: ssh
          depends_on: [first]
          step_type: ssh_execute
          parameters: {host: twice.test, port: \(service.port), command: "true"}
      """)
    #expect(job["step_results"]?["first"]?["status"] == "success", "\(job.compact)")
    for step in ["second", "fetch", "ssh"] {
      let error = job["step_results"]?[step]?["error"]?.stringValue ?? ""
      let denial = "twice.test, which leads to 127.0.0.2:\(service.port) is denied by the rule \"127.0.0.2\""
      #expect(error.contains(denial), "\(job.compact)")
    }
    withExtendedLifetime(names) {}
  }
}
