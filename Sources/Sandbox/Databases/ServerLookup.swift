import MissionModel
import Posix

/// Finds the addresses of a database server, and judges them.
enum ServerLookup {
  /// The addresses to try, in order.
  ///
  /// - Throws: where there is none, or where the policy refuses one of them.
  static func find(
    _ server: DatabaseServer, _ title: String, _ rule: AddressRule
  ) async throws(StepFailure) -> [SocketAddress] {
    if let socket = server.socket {
      if let refusal = rule.refusal(.unix(socket)) {
        throw StepFailure(.denied, "connect to \(title): \(refusal)")
      }
      return [.unix(socket)]
    }
    return try await AddressLookup.find(
      server.host, server.port, "connect to \(title)", rule.asked(server.host, server.port))
  }

  /// What a connection really does about TLS: verified by default, except on this host.
  static func tls(_ server: DatabaseServer, at address: SocketAddress) -> DatabaseServer.TLS {
    server.tls ?? (address.isLoopback ? .prefer : .verifyAll)
  }

  /// The certificates that are trusted: the server's own, else the host's.
  static func authority(_ server: DatabaseServer) -> String {
    server.authority ?? "/etc/ssl/certs/ca-certificates.crt"
  }
}
