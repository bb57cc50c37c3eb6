package import HTTP
import MissionModel
package import Posix

/// Admits root, the daemon's own user and those that the configuration names through the Unix socket, and
/// writes down who a request speaks for; who comes over TCP is judged by `TokenRule` after it.
///
/// Processes of steps have the daemon's uid. In a sandbox they shall not speak for its user, although
/// Landlock closes no path of a socket: so they are turned away here.
package struct LocalUsersRule: Middleware {
  private let own: UInt32
  private let others: @Sendable () -> [Int]
  private let isConfined: @Sendable (ProcessIdentity?) -> Bool
  private let report: @Sendable (AccessRefusal) -> Void

  /// Makes the rule for a daemon that runs as `own`.
  ///
  /// - Parameters:
  ///   - others: the further uids.
  ///   - isConfined: whether a process of the own user came of a confined step; nil is one that has ended.
  ///   - report: is told of each refusal; must not block.
  package init(
    own: UInt32, others: @escaping @Sendable () -> [Int] = { [] },
    isConfined: @escaping @Sendable (ProcessIdentity?) -> Bool = { _ in false },
    report: @escaping @Sendable (AccessRefusal) -> Void = { _ in }
  ) {
    self.own = own
    self.others = others
    self.isConfined = isConfined
    self.report = report
  }

  package func admit(_ request: inout Request, to route: Route?) -> Response? {
    guard case .unix(let uid, _, let process) = request.peer else {
      request.caller = Caller(name: "local", scopes: AccessScope.everything)
      return nil
    }
    guard uid == 0 || uid == own || others().contains(Int(uid)) else {
      return refuse(request, uid, "the user with the uid \(uid) may not use this socket; add it to auth.uids")
    }
    guard uid != own || !isConfined(process) else {
      return refuse(
        request, uid,
        "a process in a sandbox may not use this socket; give it a token and the address of TCP")
    }
    request.caller = Caller(name: "uid \(uid)", scopes: AccessScope.everything)
    return nil
  }

  private func refuse(_ request: Request, _ uid: UInt32, _ reason: String) -> Response {
    let actor = AuditActor(name: "uid \(uid)", address: "unix")
    report(AccessRefusal(actor: actor, path: request.path, reason: reason))
    return ProblemDetails(403, reason).response()
  }
}
