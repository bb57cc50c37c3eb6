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
    if let socket = server.socket { return [.unix(socket)] }
    let addresses = await NameLookup.addresses(of: server.host, port: UInt16(server.port))
    guard !Task.isCancelled else { throw .cancelled }
    guard !addresses.isEmpty else {
      throw StepFailure(
        "connect to \(title): no address is known for \(server.host); check the name and the resolver")
    }
    let rule = rule.asked(server.host, server.port)
    for address in addresses {
      if let refusal = rule.refusal(address) { throw StepFailure(.denied, "connect to \(title): \(refusal)") }
    }
    return addresses
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
