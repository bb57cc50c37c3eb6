package import HTTP
import MissionModel
package import Posix

/// Asks callers over TCP for a token with the scope of what they want (contract §9, RFC 6750).
package struct TokenRule: Middleware {
  private let tokens: LiveTokens
  private let delays = Lock(LoginDelays())
  private let now: @Sendable () -> BootTime
  private let reportFailures: @Sendable (_ address: String, _ failures: Int) -> Void
  private let report: @Sendable (AccessRefusal) -> Void

  /// Makes the rule; what it reports to must not block.
  ///
  /// - Parameters:
  ///   - reportFailures: is told of wrong tokens: their address, and how many there were since it was told
  ///     last.
  ///   - report: is told of right tokens without the scope that was needed.
  package init(
    _ tokens: LiveTokens, now: @escaping @Sendable () -> BootTime = { .now },
    reportFailures: @escaping @Sendable (_ address: String, _ failures: Int) -> Void,
    report: @escaping @Sendable (AccessRefusal) -> Void = { _ in }
  ) {
    self.tokens = tokens
    self.now = now
    self.reportFailures = reportFailures
    self.report = report
  }

  package func admit(_ request: inout Request, to route: Route?) -> Response? {
    // Who comes through the Unix socket was judged by uid.
    guard case .tcp(let address, _) = request.peer, let valid = tokens.current else { return nil }
    request.caller = nil
    if let route, route.scope == nil { return nil }
    let fields = request.headers.values("Authorization")
    guard let field = fields.first else {
      return Self.refuse(401, "a token is needed: send Authorization: Bearer TOKEN", Self.challenge)
    }
    guard fields.count == 1, let text = Self.bearer(field), let token = valid.find(text) else {
      return failed(from: address)
    }
    request.caller = Caller(name: "token \(token.name)", scopes: token.scopes.map(\.rawValue))
    guard let scope = route?.scope, !token.scopes.contains(where: { $0.rawValue == scope }) else {
      return nil
    }
    let reason = "the token \"\(token.name)\" has not the scope \(scope)"
    report(AccessRefusal(actor: request.actor, path: request.path, reason: reason))
    return Self.refuse(
      403, reason, Self.challenge + ", error=\"insufficient_scope\", scope=\"\(scope)\"")
  }

  private static let challenge = "Bearer realm=\"missiond\""

  /// The token of `Bearer TOKEN`; the scheme in any case.
  private static func bearer(_ field: String) -> String? {
    let words = field.split(separator: " ", omittingEmptySubsequences: true)
    guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
    return String(words[1])
  }

  private func failed(from address: String) -> Response {
    let verdict = delays.withLock { $0.failed(from: address, at: now()) }
    if let failures = verdict.toRecord { reportFailures(address, failures) }
    var response = Self.refuse(
      401, "this token is not valid here", Self.challenge + ", error=\"invalid_token\"")
    response.delay = verdict.delay ?? .zero
    return response
  }

  private static func refuse(_ status: Status, _ detail: String, _ challenge: String) -> Response {
    ProblemDetails(status, detail).response(headers: ["WWW-Authenticate": challenge])
  }
}
