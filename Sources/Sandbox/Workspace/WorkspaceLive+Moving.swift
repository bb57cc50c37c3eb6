import Glibc
import MissionModel
import Posix

extension WorkspaceLive {
  /// Moves a file or folder; across file systems by a verified copy that takes the place of the original.
  func move(
    _ source: String, to destination: String, overwrite: Bool
  ) async throws(StepFailure) -> CopyResult {
    let from = FileWords("move", source)
    let words = FileWords("move \(source) to", destination)
    let plan = try await piece { () throws(StepFailure) in try planMove(from, words, overwrite: overwrite) }
    let measured = try await measure(plan.origin, from)
    let isRenamed = try await piece { () throws(StepFailure) in try rename(plan, words, overwrite: overwrite)
    }
    if !isRenamed { try await copyAcross(plan, from, words, overwrite: overwrite) }
    return measured
  }

  /// What is to be moved, and where it goes.
  private struct Move: Sendable {
    let origin: PathJudge.Slot
    let target: PathJudge.Slot
    let attributes: FileAttributes
  }

  private func planMove(
    _ from: FileWords, _ words: FileWords, overwrite: Bool
  ) throws(StepFailure) -> Move {
    let found = try judge.open(from, .write, follow: false)
    let attributes = found.attributes
    let origin = try judge.slot(of: found, from)
    let target = try judge.slot(words, follow: false, makesParents: true)
    guard origin.real == target.real || !WorkspaceRoots.holds(origin.real, target.real) else {
      throw words.failure("a folder cannot be moved into itself")
    }
    try judge.refuseClosed(in: origin.real, from)
    return Move(origin: origin, target: target, attributes: attributes)
  }

  /// True if the kernel did it at once; false where the two are on different file systems.
  private func rename(_ move: Move, _ words: FileWords, overwrite: Bool) throws(StepFailure) -> Bool {
    do throws(Errno) {
      try move.origin.parent.rename(
        move.origin.name, to: move.target.name, in: move.target.parent, replace: overwrite)
      try move.target.parent.synchronize()
      try move.origin.parent.synchronize()
      return true
    } catch {
      switch error.code {
      case EXDEV: return false
      case EEXIST where !overwrite:
        throw words.failure("it is there already; allow it with overwrite: true")
      default: throw words.failure(error)
      }
    }
  }

  private func copyAcross(
    _ move: Move, _ from: FileWords, _ words: FileWords, overwrite: Bool
  ) async throws(StepFailure) {
    // Everything is made under a name that nobody looks for; one rename shows it.
    let holding = PathJudge.Slot(
      parent: move.target.parent, name: NewFile.freeName(), parentReal: move.target.parentReal)
    do throws(StepFailure) {
      try await copyUnder(holding, move, words)
      try await piece { () throws(StepFailure) in
        do throws(Errno) {
          try holding.parent.rename(
            holding.name, to: move.target.name, in: move.target.parent, replace: overwrite)
          try holding.parent.synchronize()
        } catch {
          if error.code == EEXIST, !overwrite {
            throw words.failure("it is there already; allow it with overwrite: true")
          }
          throw words.failure(error)
        }
      }
    } catch {
      // Also after a cancel: what was half made must not stay. It is gone already if it never began.
      _ = try? await BlockingWork.files.run { () throws(StepFailure) in try Removal.all(holding, words) }
      throw error
    }
    _ = try await remove(move.origin, recursive: true, from)
  }

  private func copyUnder(
    _ holding: PathJudge.Slot, _ move: Move, _ words: FileWords
  ) async throws(StepFailure) {
    let options = CopyOptions(overwrite: false, recursive: true, verify: true)
    switch move.attributes.kind {
    case .directory:
      let source = try await piece { () throws(StepFailure) in
        try words.run { () throws(Errno) in try move.origin.parent.openDirectory(move.origin.name) }
      }
      _ = try await copyTree(source, to: holding, words, options)
    case .link:
      try await piece { () throws(StepFailure) in
        try words.run { () throws(Errno) in
          let target = try move.origin.parent.linkTarget(move.origin.name)
          try holding.parent.makeLink(holding.name, to: target)
        }
      }
    case .file: try await copyOne(move, to: holding, words)
    case .other: throw words.failure("it is neither a file, a folder nor a link")
    }
  }

  private func copyOne(
    _ move: Move, to holding: PathJudge.Slot, _ words: FileWords
  ) async throws(StepFailure) {
    let (source, target) = try await piece { () throws(StepFailure) in
      try words.run { () throws(Errno) in
        let source = try move.origin.parent.openFile(move.origin.name, O_RDONLY | O_NONBLOCK)
        let target = try NewFile(for: holding)
        try target.descriptor.setMode(move.attributes.mode)
        return (OpenFile(source, move.attributes), target)
      }
    }
    _ = try await carry(FileCopy(source, to: target, verifies: true), into: target, words)
    _ = try await piece { () throws(StepFailure) in
      try commit(target, words, WriteOptions(overwrite: false))
    }
  }

  /// The size of what a name stands for: all its files.
  private func measure(
    _ slot: PathJudge.Slot, _ words: FileWords
  ) async throws(StepFailure) -> CopyResult {
    try await piece { () throws(StepFailure) in
      let there = try words.run { () throws(Errno) in try slot.parent.attributes(of: slot.name) }
      guard let there else { throw words.failure(Errno(ENOENT, words.verb)) }
      guard there.kind == .directory else { return CopyResult(bytes: there.size, files: 1) }
      return try words.run { () throws(Errno) in
        try Self.count(try slot.parent.openDirectory(slot.name))
      }
    }
  }

  private static func count(_ directory: DirectoryHandle) throws(Errno) -> CopyResult {
    var cursor = try TreeCursor(directory)
    var result = CopyResult(bytes: 0, files: 0)
    while true {
      guard let name = cursor.next() else {
        if cursor.depth == 0 { return result }
        _ = try cursor.leave()
        continue
      }
      guard let attributes = try cursor.directory.attributes(of: name) else { continue }
      if attributes.kind == .directory {
        try cursor.enter(name)
      } else if attributes.kind == .file {
        result.bytes += attributes.size
        result.files += 1
      }
    }
  }
}
