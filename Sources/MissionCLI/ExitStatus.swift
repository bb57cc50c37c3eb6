/// What the command line tells the shell when it ends (contract §7).
package enum ExitStatus: Int32, Sendable, CaseIterable {
  case completed = 0
  case failed = 1
  case usage = 2
  case invalidMission = 3
  case denied = 4
  case cancelled = 5
  case timedOut = 6
  case unreachable = 7

  /// What it means, for the help text.
  package var meaning: String {
    switch self {
    case .completed: "completed"
    case .failed: "the job failed, or the request was refused"
    case .usage: "the command line is wrong"
    case .invalidMission: "the mission is invalid"
    case .denied: "denied as unsafe"
    case .cancelled: "cancelled"
    case .timedOut: "timed out waiting"
    case .unreachable: "cannot reach the server"
    }
  }
}
