package import HTTP
import MissionModel
import Posix

/// Keeps web pages from reaching the API through a browser on this host (contract §9).
///
/// A page can make a browser send a request anywhere, but not without `Origin` or `Sec-Fetch-Site`; and a
/// page whose own name was made to point here (DNS rebinding) cannot send another `Host` than that name.
package struct BrowserRule: Middleware {
  private let hosts: @Sendable () -> [String]
  private let report: @Sendable (AccessRefusal) -> Void

  /// Makes the rule.
  ///
  /// - Parameters:
  ///   - hosts: the names that clients may ask for, besides loopback addresses and `localhost`.
  ///   - report: is told of each refusal; must not block.
  package init(
    hosts: @escaping @Sendable () -> [String] = { [] },
    report: @escaping @Sendable (AccessRefusal) -> Void = { _ in }
  ) {
    self.hosts = hosts
    self.report = report
  }

  package func admit(_ request: inout Request, to route: Route?) -> Response? {
    guard case .tcp(let address, _) = request.peer, let reason = refusal(of: request) else { return nil }
    let actor = AuditActor(name: "unknown", address: address)
    report(AccessRefusal(actor: actor, path: request.path, reason: reason))
    return ProblemDetails(403, reason).response()
  }

  private func refusal(of request: Request) -> String? {
    if let origin = request.headers["Origin"] {
      return "requests of web pages are refused: this one has the Origin \(origin)"
    }
    if let site = request.headers["Sec-Fetch-Site"], site != "none" {
      return "requests of web pages are refused: this one has Sec-Fetch-Site: \(site)"
    }
    guard let host = request.host, !isKnown(host) else { return nil }
    return "the host \"\(host)\" is not this one; name it under hosts in the configuration"
  }

  /// Whether a name of the setting `hosts` can be that of a request: one with a port or a scheme never is.
  package static func canBeHost(_ name: String) -> Bool {
    if SocketAddress(host: name, port: 0) != nil { return true }
    let signs = name.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"/:[]@*?#".utf8.contains($0) }
    return signs && !name.isEmpty
  }

  private func isKnown(_ host: String) -> Bool {
    let name = Self.withoutPort(host)
    if name == "127.0.0.1" || name == "localhost" { return true }
    if SocketAddress(host: name, port: 0)?.isLoopback == true || name.lowercased() == "localhost" {
      return true
    }
    return hosts().contains { $0.lowercased() == name.lowercased() }
  }

  /// The host of `host:port` or `[address]:port`, without the brackets.
  private static func withoutPort(_ host: String) -> String {
    if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
      return String(host[host.index(after: host.startIndex)..<end])
    }
    guard let colon = host.lastIndex(of: ":") else { return host }
    return String(host[..<colon])
  }
}
