import Glibc
import MissionModel
import Posix

extension WorkspaceLive {
  /// Removes a file or a folder and says how many entries went.
  func remove(_ path: String, recursive: Bool) async throws(StepFailure) -> Int {
    let words = FileWords("remove", path)
    let slot: PathJudge.Slot? = try await piece { () throws(StepFailure) in
      guard let found = try judge.find(words, .write, follow: false) else { return nil }
      try judge.refuseClosed(in: found.real, words)
      return try judge.slot(of: found, words)
    }
    guard let slot else { return 0 }
    return try await remove(slot, recursive: recursive, words)
  }

  /// Removes what has a name in a folder that was judged; links are removed, never followed.
  func remove(
    _ slot: PathJudge.Slot, recursive: Bool, _ words: FileWords
  ) async throws(StepFailure) -> Int {
    var walk = try await piece { () throws(StepFailure) in try Removal(slot, recursive: recursive, words) }
    while !walk.isOver {
      walk = try await piece { [walk] () throws(StepFailure) in
        var walk = walk
        try walk.advance(words)
        return walk
      }
    }
    return walk.count
  }

  /// A removal under way: nothing of it is done twice.
  struct Removal: Sendable {
    private let slot: PathJudge.Slot
    private var cursor: TreeCursor?
    private(set) var count = 0

    var isOver: Bool { cursor == nil }

    init(_ slot: PathJudge.Slot, recursive: Bool, _ words: FileWords) throws(StepFailure) {
      self.slot = slot
      let there = try words.run { () throws(Errno) in try slot.parent.attributes(of: slot.name) }
      guard let there else { return }
      if there.kind != .directory {
        try words.run { () throws(Errno) in try slot.parent.remove(slot.name) }
        count = 1
        return
      }
      guard recursive else { throw words.failure("it is a folder; remove it with recursive: true") }
      cursor = try words.run { () throws(Errno) in
        try TreeCursor(try slot.parent.openDirectory(slot.name))
      }
    }

    /// Removes everything at once, without pieces in which a cancel could be heard.
    static func all(_ slot: PathJudge.Slot, _ words: FileWords) throws(StepFailure) -> Int {
      var removal = try Removal(slot, recursive: true, words)
      while !removal.isOver { try removal.advance(words) }
      return removal.count
    }

    mutating func advance(_ words: FileWords) throws(StepFailure) {
      guard var cursor else { return }
      for _ in 0..<WorkspaceLive.entriesPerPiece {
        let name = cursor.next()
        do throws(Errno) {
          if let name {
            if try Self.removeOrEnter(name, &cursor) { count += 1 }
          } else if cursor.depth > 0 {
            let left = try cursor.leave()
            try cursor.directory.remove(left, isDirectory: true)
            count += 1
          } else {
            try slot.parent.remove(slot.name, isDirectory: true)
            count += 1
            self.cursor = nil
            return
          }
        } catch { throw words.failure(error, at: name.map(cursor.path)) }
      }
      self.cursor = cursor
    }

    /// True if the name is gone; false where it is a folder, which the cursor has entered.
    private static func removeOrEnter(_ name: [CChar], _ cursor: inout TreeCursor) throws(Errno) -> Bool {
      do throws(Errno) {
        try cursor.directory.remove(name)
        return true
      } catch {
        switch error.code {
        case ENOENT: return false
        case EISDIR, EPERM: break
        default: throw error
        }
        // A file that may not be removed shows itself here too.
        guard try cursor.directory.attributes(of: name)?.kind == .directory else { throw error }
      }
      try cursor.enter(name)
      return false
    }
  }
}
