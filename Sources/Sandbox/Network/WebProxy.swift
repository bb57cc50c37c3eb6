import Drivers
import Formats
package import MissionModel
import Posix

/// The proxy that requests of HTTP and WebSockets go through: the section `proxy` of the configuration.
///
/// Names are looked up here, and the proxy is asked for a connection to an address that the policy lets pass,
/// so that no name means something else to the proxy than to the policy.
package struct WebProxy: Sendable, Equatable {
  /// `http://proxy.example.com:3128`, with user and password where it wants them; nil for no proxy.
  package var url: String?
  /// Names, addresses and networks that are connected to without it, as rules of `policy.hosts` are written.
  package var except = ["localhost", "127.0.0.0/8", "::1"]

  /// No proxy.
  package init() {}

  /// Where a password is a placeholder of a secret, puts the secret in its place.
  ///
  /// - Throws: where there is no secret of that name.
  package func filled(_ secret: (String) -> VariableScope.Lookup) throws(SecretsError) -> WebProxy {
    var proxy = self
    if let url {
      proxy.url = try NamedConnections.fill(["url": url], under: "proxy", secret: secret)["url"]
    }
    return proxy
  }

  /// What is wrong with the address of a proxy; nil where it is one. A password may only be a placeholder.
  package static func isAddress(_ text: String) -> Bool {
    do throws(StepFailure) {
      let address = try WebAddress(text)
      return address.scheme == "http" && address.target == "/"
        && NamedConnections.isPlaceholder(address.user?.password)
    } catch { return false }
  }

  /// Whether a text is one of the rules of `except`.
  package static func isRule(_ text: String) -> Bool { HostRule(text) != nil }

  /// The proxy that a request takes to its server; nil where it takes none.
  ///
  /// - Throws: where no address of the server is known, or `rule` refuses one.
  func way(_ request: WebRequest, _ rule: AddressRule) async throws(StepFailure) -> CurlProxy? {
    guard let url, !isExcepted(request.url) else { return nil }
    let address: WebAddress
    do throws(StepFailure) { address = try WebAddress(url) } catch {
      throw StepFailure("\(request.title): proxy.url \(error.message)")
    }
    let targets = try await AddressLookup.find(request, rule)
    return CurlProxy(
      url: address.origin, user: address.user.map { ($0.name, $0.password) }, target: targets[0])
  }

  private func isExcepted(_ url: WebAddress) -> Bool {
    let host = HostName(url.hostName)
    return except.compactMap(HostRule.init).contains { $0.matches(host, port: url.port) }
  }
}
