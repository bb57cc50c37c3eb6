import Glibc
import MissionModel
import Posix

extension WorkspaceLive {
  /// Begins a file that appears at its path when it is committed.
  func create(_ path: String, _ options: WriteOptions) async throws(StepFailure) -> FileWriter {
    let words = FileWords("write", path)
    let claim = FileClaim(try await piece { () throws(StepFailure) in try begin(words, options) })
    return FileWriter(
      write: { bytes throws(StepFailure) in
        let file = claim.file
        return try await piece(of: file) { () throws(StepFailure) in
          try reserve(Int64(bytes.count), in: file.slot, words)
          try words.run { () throws(Errno) in
            try bytes.withUnsafeBufferPointer { (buffer) throws(Errno) in
              try file.descriptor.writeAll(UnsafeRawBufferPointer(buffer))
            }
          }
        }
      },
      commit: { () throws(StepFailure) in
        let file = claim.file
        return try await piece(of: file) { () throws(StepFailure) in try commit(file, words, options) }
      })
  }

  /// Runs a piece of the work on a file that is being made. After a failure or a cancel the file is gone
  /// before anybody hears of it.
  private func piece<Value: Sendable>(
    of file: NewFile, _ body: @escaping @Sendable () throws(StepFailure) -> Value
  ) async throws(StepFailure) -> Value {
    do throws(StepFailure) { return try await piece(body) } catch {
      await BlockingWork.files.run { file.discard() }
      throw error
    }
  }

  /// Makes the temporary file beside where the file will be.
  func begin(_ words: FileWords, _ options: WriteOptions) throws(StepFailure) -> NewFile {
    let slot = try judge.slot(words, follow: true, makesParents: true)
    let there = try words.run { () throws(Errno) in try slot.parent.attributes(of: slot.name) }
    switch there?.kind {
    case .directory: throw words.failure(Errno(EISDIR, words.verb))
    case .other: throw words.failure("it is no regular file")
    case .file, .link, nil: break
    }
    if there != nil, !options.overwrite {
      throw words.failure("it is there already; allow it with overwrite: true")
    }
    return try words.run { () throws(Errno) in
      let file = try NewFile(for: slot)
      if let mode = options.mode ?? there?.mode { try file.descriptor.setMode(mode) }
      if let there {
        // Whose file it was stays so where the daemon may decide it; elsewhere it is the daemon's now.
        try? file.descriptor.setOwner(user: there.user, group: there.group)
      }
      return file
    }
  }

  /// Puts a finished file at its path; true if nothing was there.
  func commit(
    _ file: NewFile, _ words: FileWords, _ options: WriteOptions, syncs: Bool = true
  ) throws(StepFailure) -> Bool {
    do throws(Errno) {
      if syncs { try file.descriptor.synchronize() }
      let isNew = try file.slot.parent.attributes(of: file.slot.name) == nil
      try file.rename(replace: options.overwrite)
      if syncs { try file.slot.parent.synchronize() }
      return isNew
    } catch {
      file.discard()
      if error.code == EEXIST {
        throw words.failure("it is there already; allow it with overwrite: true")
      }
      throw words.failure(error)
    }
  }

  /// Takes bytes from `workspace.max_bytes`.
  func reserve(_ bytes: Int64, in slot: PathJudge.Slot, _ words: FileWords) throws(StepFailure) {
    guard let usage, judge.roots.isInWorkspace(slot.parentReal) else { return }
    try usage.take(bytes, words) { () throws(StepFailure) in
      let root = try words.run { () throws(Errno) in
        DirectoryHandle(try FileDescriptor.openPath(path, follow: false))
      }
      return try WorkspaceUsage.measure(root, words)
    }
  }
}

/// Who is making a file: when it is given up the file is gone, though a thread may still hold on to it that
/// has done its last piece of work and not yet put it away.
private final class FileClaim: Sendable {
  let file: NewFile

  init(_ file: NewFile) { self.file = file }

  deinit { file.discard() }
}

/// A file under a name that nobody looks for, which goes when the last reference does, unless it was renamed.
final class NewFile: Sendable {
  let slot: PathJudge.Slot
  let descriptor: FileDescriptor
  private let name: [CChar]
  private let isPlaced = Lock(false)

  /// Makes an empty file in the slot's folder, with the mode that the umask leaves of 0666.
  init(for slot: PathJudge.Slot) throws(Errno) {
    self.slot = slot
    name = Self.freeName()
    descriptor = try slot.parent.openFile(name, O_RDWR | O_CREAT | O_EXCL, mode: 0o666)
  }

  deinit { discard() }

  /// Removes the file unless it has its name: at once, where a failure is about to be told.
  func discard() {
    let isOver = isPlaced.withLock { isPlaced in
      defer { isPlaced = true }
      return isPlaced
    }
    // Nobody is left to tell; a name that stays is hidden and says what it is.
    if !isOver { try? slot.parent.remove(name) }
  }

  /// Gives the file its name.
  func rename(replace: Bool) throws(Errno) {
    try slot.parent.rename(name, to: slot.name, in: slot.parent, replace: replace)
    isPlaced.withLock { $0 = true }
  }

  /// A hidden name with 16 digits that nobody can guess.
  static func freeName() -> [CChar] {
    let digits = Array("0123456789abcdef")
    var name = ".missiond-"
    for byte in Random.bytes(8) {
      name.append(digits[Int(byte >> 4)])
      name.append(digits[Int(byte & 15)])
    }
    return [CChar](name: name)
  }
}
