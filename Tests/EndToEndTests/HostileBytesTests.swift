import Formats
import Foundation
import Posix
import TestSupport
import Testing

/// The binaries among bytes that nobody meant to send. Seeded: what fails fails again.
@Suite struct HostileBytesTests {
  private static let mission = """
    name: target
    config: {fail_fast: true}
    steps:
      - {id: a, step_type: noop, parameters: {message: "{{name}} and {{a | upper}}"}}
      - id: b
        step_type: command
        depends_on: [a]
        parameters: &p {command: "true", args: ["x", 'y', 1.5, null, "\\u00e4"]}
    """

  /// Some bytes changed, taken out, doubled or cut off.
  private static func damaged(_ text: String, _ random: inout SeededBytes) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0...Int.random(in: 0...6, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch UInt8.random(in: 0...4, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
      case 3: bytes.insert(contentsOf: "\r\n :-{[\"&*!".utf8, at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }

  private func send(_ bytes: [UInt8], to address: SocketAddress) async throws -> [Int] {
    let client = try RawClient(address)
    await client.send(bytes)
    client.finishSending()
    let answers = await client.readToEnd().components(separatedBy: "HTTP/1.1 ").dropFirst()
    return answers.compactMap { Int($0.prefix(3)) }
  }

  @Test func `whatever bytes come, the daemon answers in order or closes, and goes on`() async throws {
    let daemon = try await TestDaemon()
    let address = try #require(SocketAddress(String(daemon.url.dropFirst("http://".count))))
    let host = "Host: 127.0.0.1\r\n"
    let post = "Content-Type: application/yaml\r\nContent-Length: \(Self.mission.utf8.count)\r\n"
    let requests = [
      "GET /healthz HTTP/1.1\r\n\(host)\r\nGET /missions?limit=2 HTTP/1.1\r\n\(host)\r\n",
      "POST /missions/validate HTTP/1.1\r\n\(host)\(post)\r\n\(Self.mission)",
      "POST /missions/validate HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n4\r\nname\r\n0\r\n\r\n",
    ]
    var random = SeededBytes(seed: 7)
    var refusals = 0
    for round in 0..<600 {
      let bytes = Self.damaged(requests[round % requests.count], &random)
      let statuses = try await send(bytes, to: address)
      #expect(statuses.allSatisfy { (200..<500).contains($0) }, "round \(round): \(statuses)")
      refusals += statuses.filter { $0 >= 400 }.count
    }
    #expect(refusals > 100)
    let job = try await daemon.execute("name: after\nsteps: [{id: a, step_type: noop}]\n")
    #expect(job["status"] == "completed")
    let rss = try String(contentsOfFile: "/proc/\(daemon.process.pid)/status", encoding: .utf8)
      .split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    let kilobytes = rss?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }
    #expect(try #require(kilobytes) < 100_000)
  }

  @Test func `whatever the document is, the verdict is one of valid, invalid and no such language`()
    async throws
  {
    let daemon = try await TestDaemon()
    let address = try #require(SocketAddress(String(daemon.url.dropFirst("http://".count))))
    var random = SeededBytes(seed: 8)
    for round in 0..<400 {
      let body = Self.damaged(Self.mission, &random)
      let head =
        "POST /missions/validate HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        + "Content-Type: application/yaml\r\nContent-Length: \(body.count)\r\n\r\n"
      let statuses = try await send(Array(head.utf8) + body, to: address)
      #expect(statuses == [200], "round \(round): \(String(decoding: body, as: UTF8.self))")
    }
    #expect(try await daemon.ask("/healthz").status == 200)
  }

  @Test func `the command line ends with a status of its own for any file`() async throws {
    let directory = try TemporaryDirectory()
    var random = SeededBytes(seed: 9)
    for round in 0..<60 {
      let file = directory / "m.yaml"
      try Data(Self.damaged(Self.mission, &random)).write(to: URL(fileURLWithPath: file))
      let record = try await TestProcess.run(
        try TestProcess.product("mission"), ["validate", file], timeout: .seconds(60))
      #expect([.exited(0), .exited(3)].contains(record.ending), "round \(round): \(record.error)")
    }
  }
}
