package import Posix

/// How long wrong tokens are kept waiting for their answer, and which of them the audit trail hears of.
///
/// A value without a clock. Each address has a delay of its own that doubles with every failure, within a
/// bound; a right token is never delayed, wherever it comes from. Addresses that are quiet are forgotten, and
/// so is the one that has been quiet longest when there are too many.
package struct LoginDelays: Sendable {
  /// What becomes of one failure.
  package struct Verdict: Sendable, Equatable {
    /// How long the answer is held back; nil where too many are held back already.
    package let delay: Duration?
    /// Failures of the address since its last entry, if this one makes an entry. Entries come at the first,
    /// second, fourth, eighth … failure, so that nobody can fill the disk by guessing.
    package let toRecord: Int?
  }

  private struct Address {
    var failures = 0
    var unrecorded = 0
    var last: BootTime
  }

  static let first = Duration.milliseconds(100)
  static let longest = Duration.seconds(3)
  /// After so long without a failure an address begins anew.
  static let memory = Duration.seconds(600)
  static let mostAddresses = 1024
  /// Answers held back at once, of all addresses: what is beyond is answered at once, so that no crowd of
  /// waiting guesses takes the connections of others.
  static let mostHeld = 256

  private var addresses: [String: Address] = [:]
  /// When the answers that are held back go out.
  private var held: [BootTime] = []

  /// Knows of no failure.
  package init() {}

  /// Counts a wrong token from `address`.
  package mutating func failed(from address: String, at now: BootTime) -> Verdict {
    var known = addresses[address] ?? Address(last: now)
    if known.last.duration(to: now) > Self.memory { known = Address(last: now) }
    known.failures = min(known.failures + 1, 1 << 30)
    known.unrecorded += 1
    known.last = now
    let isRecorded = known.failures & (known.failures - 1) == 0
    let toRecord = isRecorded ? known.unrecorded : nil
    if isRecorded { known.unrecorded = 0 }
    addresses[address] = known
    forget(now)
    return Verdict(delay: hold(Self.delay(known.failures), now), toRecord: toRecord)
  }

  /// Addresses that are remembered.
  var count: Int { addresses.count }

  private static func delay(_ failures: Int) -> Duration {
    failures > 5 ? longest : min(first * (1 << (failures - 1)), longest)
  }

  private mutating func hold(_ delay: Duration, _ now: BootTime) -> Duration? {
    if held.count >= Self.mostHeld { held.removeAll { $0 <= now } }
    guard held.count < Self.mostHeld else { return nil }
    held.append(now.advanced(by: delay))
    return delay
  }

  private mutating func forget(_ now: BootTime) {
    guard addresses.count > Self.mostAddresses else { return }
    addresses = addresses.filter { $0.value.last.duration(to: now) <= Self.memory }
    guard addresses.count > Self.mostAddresses else { return }
    let oldest = addresses.min { $0.value.last < $1.value.last }
    if let oldest { addresses[oldest.key] = nil }
  }
}
