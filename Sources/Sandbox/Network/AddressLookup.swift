import Drivers
import MissionModel
import Posix

/// Finds the addresses of a server, and judges them.
enum AddressLookup {
  /// The addresses to try, in order. A cancel is heard at once, however silent the name server is.
  ///
  /// - Parameter title: of the step's work, for messages.
  /// - Throws: where there is none, or where the policy refuses one of them.
  static func find(
    _ host: String, _ port: Int, _ title: String, _ rule: AddressRule
  ) async throws(StepFailure) -> [SocketAddress] {
    let addresses = try await Abandonable.run { () throws(StepFailure) in
      NameLookup.addressesBlocking(of: host, port: UInt16(port))
    }
    guard !addresses.isEmpty else {
      throw StepFailure("\(title): no address is known for \(host); check the name and the resolver")
    }
    for address in addresses {
      if let refusal = rule.refusal(address) { throw StepFailure(.denied, "\(title): \(refusal)") }
    }
    return addresses
  }

  /// The same for the server of a request.
  static func find(_ request: WebRequest, _ rule: AddressRule) async throws(StepFailure) -> [SocketAddress] {
    try await find(request.url.hostName, request.url.port, request.title, rule)
  }
}
