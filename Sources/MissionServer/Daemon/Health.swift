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

  /// The sentence of each cause that holds, at its number: `HealthWatch` looks here all the time.
  private let causes: Lock<[String?]>

  /// A daemon that is starting.
  package init() {
    var causes = [String?](repeating: nil, count: Cause.allCases.count)
    causes[Cause.starting.rawValue] = "missiond is starting"
    self.causes = Lock(causes)
  }

  /// Notes a cause with its sentence, or that it is gone. Returns true if that is news.
  @discardableResult
  package func set(_ cause: Cause, _ reason: String?) -> Bool {
    causes.withLock { causes in
      let isNews = (causes[cause.rawValue] == nil) != (reason == nil)
      causes[cause.rawValue] = reason
      return isNews
    }
  }

  /// Every cause that holds, in order.
  package var reasons: [(cause: Cause, reason: String)] {
    causes.withLock { causes in
      Cause.allCases.compactMap { cause in causes[cause.rawValue].map { (cause, $0) } }
    }
  }

  /// Why new jobs are refused; nil where they are taken.
  package var refusal: String? { reasons.first?.reason }

  /// True if jobs that wait may start.
  package var mayStart: Bool { causes.withLock { $0.allSatisfy { $0 == nil } } }

  /// True if a cause holds.
  func holds(_ cause: Cause) -> Bool { causes.withLock { $0[cause.rawValue] != nil } }
}
