import Glibc
import MissionModel
import Posix

extension WorkspaceLive {
  /// Copies a file or a folder; links inside a folder stay links.
  func copy(
    _ source: String, to destination: String, _ options: CopyOptions
  ) async throws(StepFailure) -> CopyResult {
    let from = FileWords("copy", source)
    let words = FileWords("copy \(source) to", destination)
    let origin = try await piece { () throws(StepFailure) in try openOrigin(from) }
    switch origin {
    case .file(let file):
      return try await copyFile(file, words, options)
    case .directory(let directory, let real):
      guard options.recursive else {
        throw from.failure("it is a folder; copy it with recursive: true")
      }
      let slot = try await piece { () throws(StepFailure) in
        let slot = try judge.slot(words, follow: true, makesParents: true)
        guard !WorkspaceRoots.holds(real, slot.real) else {
          throw words.failure("a folder cannot be copied into itself")
        }
        try judge.refuseClosed(in: real, from)
        try judge.refuseClosed(in: slot.real, words)
        return slot
      }
      return try await copyTree(directory, to: slot, words, options)
    }
  }

  private enum Origin: Sendable {
    case file(OpenFile)
    case directory(DirectoryHandle, real: [UInt8])
  }

  private func openOrigin(_ words: FileWords) throws(StepFailure) -> Origin {
    let found = try judge.open(words, .read)
    guard found.attributes.kind == .directory else { return .file(try openToRead(words)) }
    let real = found.real
    return .directory(DirectoryHandle(found.take()), real: real)
  }

  /// Copies one file as a whole: it appears when it is complete.
  private func copyFile(
    _ source: OpenFile, _ words: FileWords, _ options: CopyOptions
  ) async throws(StepFailure) -> CopyResult {
    let write = WriteOptions(mode: source.attributes.mode, overwrite: options.overwrite)
    let target = try await piece { () throws(StepFailure) in
      if let there = try judge.find(words, .write, follow: true),
        there.attributes.identity == source.attributes.identity
      {
        throw words.failure("both are the same file")
      }
      return try begin(words, write)
    }
    let copy = try await carry(FileCopy(source, to: target, verifies: options.verify), into: target, words)
    _ = try await piece { () throws(StepFailure) in try commit(target, words, write) }
    return CopyResult(bytes: copy.bytes, files: 1, sha256: copy.outcome.sha256)
  }

  /// Carries a copy to its end, a piece at a time.
  func carry(
    _ copy: FileCopy, into target: NewFile, _ words: FileWords
  ) async throws(StepFailure) -> FileCopy {
    var copy = copy
    do throws(StepFailure) {
      while !copy.outcome.isOver {
        copy = try await piece { [copy] () throws(StepFailure) in
          var copy = copy
          try reserve(Int64(try copy.advance(words)), in: target.slot, words)
          return copy
        }
      }
    } catch {
      await BlockingWork.files.run { target.discard() }
      throw error
    }
    return copy
  }

  /// Copies all in a folder into the slot's folder, which is made if it is missing.
  func copyTree(
    _ source: DirectoryHandle, to slot: PathJudge.Slot, _ words: FileWords, _ options: CopyOptions
  ) async throws(StepFailure) -> CopyResult {
    var walk = try await piece { () throws(StepFailure) in
      try words.run { () throws(Errno) in try TreeCopy(source, to: slot, options) }
    }
    while true {
      let (next, file) = try await piece { [walk] () throws(StepFailure) in
        var walk = walk
        let file = try walk.advance(words)
        return (walk, file)
      }
      walk = next
      guard let file else {
        if walk.isOver { break }
        continue
      }
      let inner = FileWords("\(words.verb) \(words.path)/", file.path)
      let copy = try await carry(
        FileCopy(file.source, to: file.target, verifies: options.verify), into: file.target, words)
      let write = WriteOptions(overwrite: options.overwrite)
      _ = try await piece { () throws(StepFailure) in try commit(file.target, inner, write, syncs: false) }
      walk.result.bytes += copy.bytes
      walk.result.files += 1
    }
    // One sync for the whole tree: what is reported as copied is on the disk.
    try await piece { () throws(StepFailure) in
      try words.run { () throws(Errno) in
        let readable = try slot.parent.openFile([46, 0], O_RDONLY | O_DIRECTORY)
        try readable.synchronizeFileSystem()
      }
    }
    return walk.result
  }
}
