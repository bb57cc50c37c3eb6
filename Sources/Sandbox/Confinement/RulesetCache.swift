import Glibc
import Posix

/// A ruleset of `landlock(7)`, open as long as somebody starts processes with it.
final class Ruleset: Sendable {
  private let descriptor: FileDescriptor
  var number: CInt { descriptor.rawValue }
  init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}

/// Rulesets that the next process of a job may use again: hundreds of places are opened to make one where
/// something in `/etc` or `/var` has to stay closed.
///
/// A ruleset is about files, not about names: it is made anew when a folder is another one by now, or one
/// that was opened entry by entry has changed.
final class RulesetCache: Sendable {
  private struct Key: Hashable {
    let workspace: String
    let refusesNetwork: Bool
    let places: ConfinementPlaces
  }

  private struct Entry {
    let ruleset: Ruleset
    let stamps: [FolderStamp]
  }

  private let entries = Lock<[Key: Entry]>([:])
  /// Most rulesets that stay open.
  private static let capacity = 64

  /// What confines a process of a job that works in `workspace`. Blocks.
  func ruleset(
    _ places: ConfinementPlaces, workspace: String, refusesNetwork: Bool, version: Int
  ) throws(Errno) -> Ruleset {
    let key = Key(workspace: workspace, refusesNetwork: refusesNetwork, places: places)
    if let known = entries.withLock({ $0[key] }), known.stamps.allSatisfy(\.isCurrent) {
      return known.ruleset
    }
    var stamps = places.roots(workspace: workspace).map { FolderStamp($0, countsChanges: false) }
    // Each is looked at before it is listed, so that what comes meanwhile is noticed the next time.
    let rules = places.rules(workspace: workspace) { stamps.append(FolderStamp($0, countsChanges: true)) }
    let ruleset = Ruleset(
      try Landlock(rules: rules, refusesNetwork: refusesNetwork).makeRuleset(version: version))
    entries.withLock { entries in
      if entries.count >= Self.capacity { entries.removeAll() }
      entries[key] = Entry(ruleset: ruleset, stamps: stamps)
    }
    return ruleset
  }
}

/// Which folder a path led to, and with what in it.
private struct FolderStamp: Equatable {
  private let path: String
  private let countsChanges: Bool
  /// Device, inode, and the time of the last change of its entries; zeros where nothing is.
  private let values: [Int]

  init(_ path: String, countsChanges: Bool) {
    self.path = path
    self.countsChanges = countsChanges
    var status = stat()
    guard stat(path, &status) == 0 else {
      values = [0, 0, 0, 0]
      return
    }
    values =
      [Int(bitPattern: UInt(status.st_dev)), Int(bitPattern: UInt(status.st_ino))]
      + (countsChanges ? [status.st_mtim.tv_sec, status.st_mtim.tv_nsec] : [])
  }

  var isCurrent: Bool { self == FolderStamp(path, countsChanges: countsChanges) }
}
