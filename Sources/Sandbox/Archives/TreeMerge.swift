import Glibc
import MissionModel
import Posix

/// Moves a finished tree into a folder that is there already: folders are joined, files replaced one by one.
struct TreeMerge {
  private var from: TreeCursor
  private var into: TreeCursor
  private let isTrial: Bool

  /// Begins at two folders of one file system.
  ///
  /// - Parameter isTrial: true looks for conflicts and moves nothing.
  init(_ tree: DirectoryHandle, into folder: DirectoryHandle, isTrial: Bool) throws(Errno) {
    from = try TreeCursor(tree)
    into = try TreeCursor(folder, reads: false)
    self.isTrial = isTrial
  }

  /// Moves some entries; true when all are where they belong.
  mutating func advance(_ words: FileWords) throws(StepFailure) -> Bool {
    for _ in 0..<WorkspaceLive.entriesPerPiece {
      let name = from.next()
      do throws(Errno) {
        guard let name else {
          guard from.depth > 0 else { return true }
          _ = try from.leave()
          _ = try into.leave()
          continue
        }
        try move(name)
      } catch {
        guard let name else { throw words.failure(error) }
        let path = from.path(of: name)
        switch error.code {
        case ENOTDIR: throw words.failure("\(path) is there already and is no folder")
        case EISDIR: throw words.failure("\(path) is there already and is a folder")
        default: throw words.failure(error, at: path)
        }
      }
    }
    return false
  }

  private mutating func move(_ name: [CChar]) throws(Errno) {
    guard let own = try from.directory.attributes(of: name) else { return }
    guard let there = try into.directory.attributes(of: name) else {
      if !isTrial { try rename(name, replace: false) }
      return
    }
    switch (own.kind == .directory, there.kind == .directory) {
    case (true, true):
      try from.enter(name)
      try into.enter(name, reads: false)
    case (true, false): throw Errno(ENOTDIR, "move")
    case (false, true): throw Errno(EISDIR, "move")
    case (false, false): if !isTrial { try rename(name, replace: true) }
    }
  }

  private func rename(_ name: [CChar], replace: Bool) throws(Errno) {
    try from.directory.rename(name, to: name, in: into.directory, replace: replace)
  }
}
