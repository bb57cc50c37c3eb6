package import HTTP

/// Admits root, the daemon's own user and those that the configuration names through the Unix socket, and
/// writes down who a request speaks for; who comes over TCP is judged by `TokenRule` after it.
package struct LocalUsersRule: Middleware {
  private let own: UInt32
  private let others: @Sendable () -> [Int]

  /// Makes the rule for a daemon that runs as `own`; `others` are the further uids.
  package init(own: UInt32, others: @escaping @Sendable () -> [Int] = { [] }) {
    self.own = own
    self.others = others
  }

  package func admit(_ request: inout Request, to route: Route?) -> Response? {
    guard case .unix(let uid, _, _) = request.peer else {
      request.caller = Caller(name: "local", scopes: AccessScope.everything)
      return nil
    }
    guard uid == 0 || uid == own || others().contains(Int(uid)) else {
      let detail = "the user with the uid \(uid) may not use this socket; add it to auth.uids"
      return ProblemDetails(403, detail).response()
    }
    request.caller = Caller(name: "uid \(uid)", scopes: AccessScope.everything)
    return nil
  }
}
