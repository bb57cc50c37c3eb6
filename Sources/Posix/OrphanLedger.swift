/// Whose an adopted orphan is that carries no marker: every attempt's that ran when it was adopted, until the
/// last of them ends. A value without I/O.
struct OrphanLedger {
  private struct Orphan {
    let startTicks: UInt64
    var attempts: Set<UInt64>
  }

  private var orphans: [Int32: Orphan] = [:]

  var isEmpty: Bool { orphans.isEmpty }

  /// Takes note of the orphans that there are now.
  ///
  /// - Parameter running: attempts that have not ended, with the ticks of their start: one that began
  ///   after an orphan did cannot have started it.
  mutating func update(_ found: [ProcessEntry], running: [(id: UInt64, startTicks: UInt64)]) {
    var next: [Int32: Orphan] = [:]
    for entry in found {
      if let known = orphans[entry.pid], known.startTicks == entry.startTicks {
        next[entry.pid] = known
      } else {
        let owners = running.filter { $0.startTicks <= entry.startTicks }.map(\.id)
        next[entry.pid] = Orphan(startTicks: entry.startTicks, attempts: Set(owners))
      }
    }
    orphans = next
  }

  /// The orphans that would be nobody's without this attempt.
  func heldOnly(by attempt: UInt64) -> Set<Int32> {
    Set(orphans.filter { $0.value.attempts == [attempt] }.keys)
  }

  /// Forgets an attempt that has ended.
  mutating func end(_ attempt: UInt64) {
    for pid in orphans.keys { orphans[pid]?.attempts.remove(attempt) }
  }
}
