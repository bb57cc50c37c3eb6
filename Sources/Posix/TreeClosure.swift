/// Which processes belong to an attempt, decided over a snapshot; no I/O.
///
/// A tree is the closure over parent, session and marker: what the main process started, what shares a
/// session with one of the tree (the main process made its own, and nobody can join one from outside), and
/// what carries the attempt's marker, wherever it has gone to.
struct TreeClosure {
  /// The attempt's own mark; nil where only its main process is known.
  let marker: String?
  let main: Int32
  /// When the main process was started; a pid or session of something older is a number used again.
  let startTicks: UInt64
  /// This process's session, which no member can be in.
  let ownSession: Int32

  /// The living members, given orphans that carry no marker but are the attempt's.
  func members(of snapshot: [ProcessEntry], orphans: Set<Int32> = []) -> [ProcessEntry] {
    let candidates = snapshot.filter { $0.startTicks >= startTicks }
    var isMember = Set<Int32>()
    // Session 0 is the kernel's threads'.
    var sessions: Set<Int32> = [main, ownSession, 0]
    var added: [ProcessEntry] = []
    for entry in candidates where isSeed(entry, orphans) {
      isMember.insert(entry.pid)
      added.append(entry)
    }
    let children = Dictionary(grouping: candidates, by: \.parent)
    let bySession = Dictionary(grouping: candidates, by: \.session)
    while let entry = added.popLast() {
      var found = children[entry.pid, default: []]
      if sessions.insert(entry.session).inserted {
        found += bySession[entry.session, default: []]
      }
      for next in found where isMember.insert(next.pid).inserted { added.append(next) }
    }
    return candidates.filter { isMember.contains($0.pid) && !$0.isZombie }
  }

  private func isSeed(_ entry: ProcessEntry, _ orphans: Set<Int32>) -> Bool {
    if let marker, entry.marker == marker { return true }
    return entry.pid == main || entry.session == main || orphans.contains(entry.pid)
  }
}
