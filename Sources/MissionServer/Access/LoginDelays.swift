package import Posix

/// How long wrong tokens are kept waiting for their answer, and which of them the audit trail hears of.
///
/// A value without a clock. Each address has a delay of its own that doubles with every failure, within a
/// bound; a right token is never delayed, wherever it comes from.
package struct LoginDelays: Sendable {
  /// What becomes of one failure.
  package struct Verdict: Sendable, Equatable {
    /// How long the answer is held back; nil where too many are held back already.
    package let delay: Duration?
    /// Failures of the address since its last entry, if this one makes an entry.
    package let toRecord: Int?
  }

  static let first = Duration.milliseconds(100)
  static let longest = Duration.seconds(3)
  /// Answers held back at once, of all addresses: what is beyond is answered at once, so that no crowd of
  /// waiting guesses takes the connections of others.
  static let mostHeld = 256

  private var failures = FailureCounts()
  /// When the answers that are held back go out.
  private var held: [BootTime] = []

  /// Knows of no failure.
  package init() {}

  /// Counts a wrong token from `address`.
  package mutating func failed(from address: String, at now: BootTime) -> Verdict {
    let (inRow, toRecord) = failures.add(address, at: now)
    return Verdict(delay: hold(Self.delay(inRow), now), toRecord: toRecord)
  }

  private static func delay(_ failures: Int) -> Duration {
    failures > 5 ? longest : min(first * (1 << (failures - 1)), longest)
  }

  private mutating func hold(_ delay: Duration, _ now: BootTime) -> Duration? {
    if held.count >= Self.mostHeld { held.removeAll { $0 <= now } }
    guard held.count < Self.mostHeld else { return nil }
    held.append(now.advanced(by: delay))
    return delay
  }
}
