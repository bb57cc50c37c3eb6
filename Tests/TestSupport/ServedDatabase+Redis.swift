import Foundation

extension ServedDatabase {
  /// A server of Redis, for all suites of a target together. The user `tester` may do everything, the user
  /// `reader` only read; without a user nobody may do anything but with the password.
  package static func redis() async throws -> ServedDatabase { try await sharedRedis.value }

  private static let sharedRedis = Task { try await startRedis() }

  /// Starts a server of its own.
  package static func startRedis() async throws -> ServedDatabase {
    let directory = try await prepare()
    try await give(directory)
    let (port, tlsPort) = (try FreePort(), try FreePort())
    let process = try start(
      [
        "redis-server", "--port", "\(port.number)", "--tls-port", "\(tlsPort.number)", "--bind", "127.0.0.1",
        "--tls-cert-file", "good.pem", "--tls-key-file", "key.pem", "--tls-ca-cert-file", "ca.pem",
        "--tls-auth-clients", "no", "--unixsocket", directory / "r.sock", "--save", "", "--dir",
        directory.path, "--requirepass", password, "--user",
        "tester", "on", ">\(password)", "~*", "&*", "+@all", "--user", "reader", "on", ">\(password)", "~*",
        "+@read", "+@connection",
        "+@transaction",
      ], in: directory)
    try await process.waitForLine(containing: "eady to accept connections")
    return ServedDatabase(directory, port, process, tlsPort: tlsPort.number)
  }
}
