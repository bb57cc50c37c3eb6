import Glibc
package import HTTP
package import Posix

/// Admits root, the daemon's own user and those that the configuration names through the Unix socket, and
/// writes down who a request speaks for; who comes over TCP is judged by `TokenRule` after it.
///
/// Processes of steps have the daemon's uid. In a sandbox they shall not speak for its user, although
/// Landlock closes no path of a socket: so they are turned away here.
package struct LocalUsersRule: Middleware {
  private let own: UInt32
  private let others: @Sendable () -> [Int]
  private let isStep: @Sendable (ProcessIdentity?) -> Bool

  /// Makes the rule for a daemon that runs as `own`.
  ///
  /// - Parameters:
  ///   - others: the further uids.
  ///   - isStep: whether a process of the own user came of a confined step; nil is one that has ended.
  package init(
    own: UInt32, others: @escaping @Sendable () -> [Int] = { [] },
    isStep: @escaping @Sendable (ProcessIdentity?) -> Bool = { _ in false }
  ) {
    self.own = own
    self.others = others
    self.isStep = isStep
  }

  /// Whether a process came of this one, or has ended, so that nobody can say any more.
  package static func cameOfThisProcess(_ process: ProcessIdentity?) -> Bool {
    guard let process, process.isAlive else { return true }
    return ProcessSnapshot.descends(process.pid, from: getpid()) != false
  }

  package func admit(_ request: inout Request, to route: Route?) -> Response? {
    guard case .unix(let uid, _, let process) = request.peer else {
      request.caller = Caller(name: "local", scopes: AccessScope.everything)
      return nil
    }
    guard uid == 0 || uid == own || others().contains(Int(uid)) else {
      let detail = "the user with the uid \(uid) may not use this socket; add it to auth.uids"
      return ProblemDetails(403, detail).response()
    }
    guard uid != own || !isStep(process) else {
      let detail = "a step in a sandbox may not use this socket; give it a token and the address of TCP"
      return ProblemDetails(403, detail).response()
    }
    request.caller = Caller(name: "uid \(uid)", scopes: AccessScope.everything)
    return nil
  }
}
