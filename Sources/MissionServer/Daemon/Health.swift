import Posix

/// Whether the daemon takes new work, and why not: `/readyz`, submissions and the dispatcher ask it.
package final class Health: Sendable {
  /// What can keep the daemon from new work.
  package enum Cause: Int, Sendable, CaseIterable {
    /// It has not recovered yet, or its listeners are not open.
    case starting
    case draining
    /// The job table cannot be written or read.
    case database
    /// The check after the start found the database damaged.
    case damage
    /// Less than `limits.min_free_bytes` are free.
    case disk
  }

  private let causes = Lock<[Cause: String]>([.starting: "missiond is starting"])

  /// A daemon that is starting.
  package init() {}

  /// Notes a cause with its sentence, or that it is gone. Returns true if that is news.
  @discardableResult
  package func set(_ cause: Cause, _ reason: String?) -> Bool {
    causes.withLock { causes in
      let isNews = (causes[cause] == nil) != (reason == nil)
      causes[cause] = reason
      return isNews
    }
  }

  /// Every cause that holds, in order.
  package var reasons: [(cause: Cause, reason: String)] {
    causes.withLock { causes in
      Cause.allCases.compactMap { cause in causes[cause].map { (cause, $0) } }
    }
  }

  /// Why new jobs are refused; nil where they are taken.
  package var refusal: String? { reasons.first?.reason }

  /// True if jobs that wait may start.
  package var mayStart: Bool { causes.withLock { $0.isEmpty } }
}
