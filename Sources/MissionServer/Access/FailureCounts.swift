package import Posix

/// Counts failures by those who made them, and says which the audit trail hears of.
///
/// A value without a clock. Who is quiet is forgotten, and so is whoever has been quiet longest when there
/// are too many.
package struct FailureCounts: Sendable {
  private struct Known {
    var failures = 0
    var unrecorded = 0
    var last: BootTime
  }

  /// After so long without a failure somebody begins anew.
  static let memory = Duration.seconds(600)
  static let most = 1024

  private var all: [String: Known] = [:]

  /// Knows of no failure.
  package init() {}

  /// Those that are remembered.
  var count: Int { all.count }

  /// Counts a failure of `who`.
  ///
  /// - Returns: how many there were in a row, and how many since the last entry if this one makes an entry.
  ///   Entries come at the first, second, fourth, eighth … failure, so that nobody can fill the disk by
  ///   trying.
  package mutating func add(_ who: String, at now: BootTime) -> (inRow: Int, toRecord: Int?) {
    var known = all[who] ?? Known(last: now)
    if known.last.duration(to: now) > Self.memory { known = Known(last: now) }
    known.failures = min(known.failures + 1, 1 << 30)
    known.unrecorded += 1
    known.last = now
    let isRecorded = known.failures & (known.failures - 1) == 0
    let toRecord = isRecorded ? known.unrecorded : nil
    if isRecorded { known.unrecorded = 0 }
    all[who] = known
    forget(now)
    return (known.failures, toRecord)
  }

  private mutating func forget(_ now: BootTime) {
    guard all.count > Self.most else { return }
    all = all.filter { $0.value.last.duration(to: now) <= Self.memory }
    guard all.count > Self.most else { return }
    let oldest = all.min { $0.value.last < $1.value.last }
    if let oldest { all[oldest.key] = nil }
  }
}
