/// A server on the loopback that speaks first, and says what it heard once the other side has left.
package final class TalkativeServer: Sendable {
  /// The port.
  package let port: UInt16
  private let process: TestProcess

  /// Starts the server, which greets each connection with these bytes.
  package init(greeting: [UInt8] = []) async throws {
    process = try TestProcess(
      "/usr/bin/python3",
      ["-u", "-c", Self.script, greeting.map { String($0) }.joined(separator: " ")], timeout: .seconds(100))
    let line = try await process.waitForLine(containing: "port ")
    guard let number = line.split(separator: " ").last.flatMap({ UInt16($0) }) else {
      throw TestSupportError("no port: \(line)")
    }
    port = number
  }

  /// Waits until somebody has connected.
  package func waitForConnection() async throws { try await process.waitForLine(containing: "connected") }

  /// Waits until a connection is over; gives how many bytes came.
  package func waitForEnd() async throws -> Int? {
    try await process.waitForLine(containing: "heard ").split(separator: " ").last.flatMap { Int($0) }
  }

  /// What MariaDB says first: protocol 10, with TLS on offer.
  package static let mysqlGreeting: [UInt8] =
    [83, 0, 0, 0, 10] + Array("5.5.5-10.11\0".utf8) + [1, 0, 0, 0] + Array("abcdefgh\0".utf8)
    + [0xFF, 0xFF, 0x21, 2, 0, 0xFF, 0x81, 0x15] + [UInt8](repeating: 0, count: 10)
    + Array("abcdefghijkl\0mysql_native_password\0".utf8)

  private static let script = """
    import socket, sys
    server = socket.create_server(("127.0.0.1", 0))
    print("port", server.getsockname()[1])
    while True:
        peer, _ = server.accept()
        print("connected")
        with peer:
            peer.sendall(bytes(map(int, sys.argv[1].split())))
            count = 0
            try:
                while piece := peer.recv(4096): count += len(piece)
            except OSError: pass
        print("heard", count)
    """
}
