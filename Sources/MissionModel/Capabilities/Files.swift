package import Formats

/// Lets a step touch files: by paths relative to the workspace, or absolute ones under the configured roots.
///
/// A path is judged by where it really leads and used through the descriptor that was judged (contract §8).
package struct Files: Sendable {
  /// What is at a path; nil where there is nothing. Does not follow a final symbolic link.
  package var status: @Sendable (_ path: String) async throws(StepFailure) -> FileStatus?
  /// Opens a file to read it in pieces.
  package var open: @Sendable (_ path: String) async throws(StepFailure) -> FileReader
  /// Begins a file that appears at `path`, whole and synced, when the writer is committed.
  package var create:
    @Sendable (_ path: String, _ options: WriteOptions) async throws(StepFailure) -> FileWriter
  /// The entries of a folder, sorted by path; recursive where the options say so.
  package var list:
    @Sendable (_ path: String, _ options: ListOptions) async throws(StepFailure) -> [DirectoryEntry]
  /// Removes a file or, if `recursive`, a folder with all in it; returns how many entries went, 0 for none.
  package var remove: @Sendable (_ path: String, _ recursive: Bool) async throws(StepFailure) -> Int
  /// Copies a file or, if `recursive`, a folder, keeping modes and links.
  package var copy:
    @Sendable (_ source: String, _ destination: String, _ options: CopyOptions) async throws(StepFailure) ->
      CopyResult
  /// Moves a file or folder, also to another file system.
  package var move:
    @Sendable (_ source: String, _ destination: String, _ overwrite: Bool) async throws(StepFailure) ->
      CopyResult
  /// Makes a folder and its parents.
  package var makeDirectory: @Sendable (_ path: String) async throws(StepFailure) -> Void
  /// Judges a path and hands out one that a program or library can open, valid until the hold is released.
  package var hold: @Sendable (_ path: String, _ access: PathAccess) async throws(StepFailure) -> HeldPath

  /// Waits until nobody else of this daemon changes the file at a path, and keeps others waiting until the
  /// lock is released: for changes that read first, such as an append.
  package var lock: @Sendable (_ path: String) async throws(StepFailure) -> FileLock

  /// Makes the capability of its closures.
  package init(
    status: @escaping @Sendable (String) async throws(StepFailure) -> FileStatus?,
    open: @escaping @Sendable (String) async throws(StepFailure) -> FileReader,
    create: @escaping @Sendable (String, WriteOptions) async throws(StepFailure) -> FileWriter,
    list: @escaping @Sendable (String, ListOptions) async throws(StepFailure) -> [DirectoryEntry],
    remove: @escaping @Sendable (String, Bool) async throws(StepFailure) -> Int,
    copy: @escaping @Sendable (String, String, CopyOptions) async throws(StepFailure) -> CopyResult,
    move: @escaping @Sendable (String, String, Bool) async throws(StepFailure) -> CopyResult,
    makeDirectory: @escaping @Sendable (String) async throws(StepFailure) -> Void,
    hold: @escaping @Sendable (String, PathAccess) async throws(StepFailure) -> HeldPath,
    lock: @escaping @Sendable (String) async throws(StepFailure) -> FileLock = { _ in .none }
  ) {
    self.status = status
    self.open = open
    self.create = create
    self.list = list
    self.remove = remove
    self.copy = copy
    self.move = move
    self.makeDirectory = makeDirectory
    self.hold = hold
    self.lock = lock
  }

  /// Refuses everything: what a step gets that declared neither `readsFiles` nor `writesFiles`.
  package static let denied = Files(
    status: { path throws(StepFailure) in throw refusal("look at", path) },
    open: { path throws(StepFailure) in throw refusal("read", path) },
    create: { path, _ throws(StepFailure) in throw refusal("write", path) },
    list: { path, _ throws(StepFailure) in throw refusal("list", path) },
    remove: { path, _ throws(StepFailure) in throw refusal("remove", path) },
    copy: { path, _, _ throws(StepFailure) in throw refusal("copy", path) },
    move: { path, _, _ throws(StepFailure) in throw refusal("move", path) },
    makeDirectory: { path throws(StepFailure) in throw refusal("make", path) },
    hold: { path, _ throws(StepFailure) in throw refusal("open", path) },
    lock: { path throws(StepFailure) in throw refusal("change", path) })

  /// The same capability without its writing half.
  package var readOnly: Files {
    var files = Files.denied
    files.status = status
    files.open = open
    files.list = list
    let hold = hold
    files.hold = { path, access throws(StepFailure) in
      guard access == .read else { throw Files.refusal("write", path) }
      return try await hold(path, access)
    }
    return files
  }

  private static func refusal(_ verb: String, _ path: String) -> StepFailure {
    StepFailure(.denied, "\(verb) \(path): this step type did not declare that it does so")
  }
}

/// How a path is to be used.
package enum PathAccess: String, Sendable { case read, write }

/// What stands at a path.
package struct FileStatus: Sendable, Equatable {
  /// The kinds that steps tell apart.
  package enum Kind: String, Sendable { case file, directory, link, other }
  package var kind: Kind
  /// In bytes.
  package var size: Int64
  /// Permission bits, such as 0o644.
  package var mode: UInt32
  package var modified: Timestamp

  /// Makes a status of what lstat(2) said.
  package init(kind: Kind, size: Int64, mode: UInt32, modified: Timestamp) {
    self.kind = kind
    self.size = size
    self.mode = mode
    self.modified = modified
  }
}

/// One entry of a folder.
package struct DirectoryEntry: Sendable, Equatable {
  package var name: String
  /// Relative to the folder that was listed.
  package var path: String
  package var status: FileStatus

  /// Makes an entry.
  package init(name: String, path: String, status: FileStatus) {
    self.name = name
    self.path = path
    self.status = status
  }
}

/// How `Files.create` makes its file.
package struct WriteOptions: Sendable, Equatable {
  /// Permission bits; nil keeps those of the file that is replaced, else 0o666 less the umask.
  package var mode: UInt32?
  /// False refuses to replace a file.
  package var overwrite = true

  /// Replaces what is there and keeps its mode.
  package init(mode: UInt32? = nil, overwrite: Bool = true) {
    self.mode = mode
    self.overwrite = overwrite
  }
}

/// How deep `Files.list` looks.
package struct ListOptions: Sendable, Equatable {
  package var recursive: Bool
  /// Levels below the folder, from 1; nil for all.
  package var maxDepth: Int?
  package var includeHidden: Bool

  /// Lists one level unless told otherwise.
  package init(recursive: Bool = false, maxDepth: Int? = nil, includeHidden: Bool = false) {
    self.recursive = recursive
    self.maxDepth = maxDepth
    self.includeHidden = includeHidden
  }
}

/// How `Files.copy` treats what it meets.
package struct CopyOptions: Sendable, Equatable {
  package var overwrite: Bool
  package var recursive: Bool
  /// Reads the copy again and compares digests.
  package var verify: Bool

  /// Makes options.
  package init(overwrite: Bool = true, recursive: Bool = false, verify: Bool = true) {
    self.overwrite = overwrite
    self.recursive = recursive
    self.verify = verify
  }
}

/// What a copy or a move did.
package struct CopyResult: Sendable, Equatable {
  package var bytes: Int64
  package var files: Int
  /// Hexadecimal SHA-256 of a single file's content; nil for folders and moves.
  package var sha256: String?

  /// Makes a result.
  package init(bytes: Int64, files: Int, sha256: String? = nil) {
    self.bytes = bytes
    self.files = files
    self.sha256 = sha256
  }
}

/// An open file that is read in pieces, each off the executors. Closes itself when nobody holds it.
package struct FileReader: Sendable {
  /// In bytes, when it was opened.
  package let size: Int64
  /// Up to `count` bytes from `offset`; fewer only at the end of the file, none past it.
  package var read: @Sendable (_ offset: Int64, _ count: Int) async throws(StepFailure) -> [UInt8]

  /// Makes a reader of its closure.
  package init(size: Int64, read: @escaping @Sendable (Int64, Int) async throws(StepFailure) -> [UInt8]) {
    self.size = size
    self.read = read
  }

  /// Makes a reader of bytes in memory, so that what stands in a mission is read as a file is.
  package init(_ bytes: [UInt8]) {
    self.init(size: Int64(bytes.count)) { offset, count throws(StepFailure) in
      let start = min(Int(offset), bytes.count)
      return Array(bytes[start..<min(start + count, bytes.count)])
    }
  }

  /// The whole file, refused when it is longer than `limit` bytes.
  package func readAll(limit: Int, path: String) async throws(StepFailure) -> [UInt8] {
    guard size <= Int64(limit) else {
      throw StepFailure("read \(path): \(size) bytes are more than the limit of \(limit)")
    }
    var bytes: [UInt8] = []
    while true {
      let piece = try await read(Int64(bytes.count), 1 << 20)
      if piece.isEmpty { return bytes }
      bytes += piece
      guard bytes.count <= limit else {
        throw StepFailure("read \(path): it grew beyond the limit of \(limit) bytes while it was read")
      }
    }
  }
}

/// A file in the making: nothing is at its path until `commit`. Vanishes when nobody holds it.
package struct FileWriter: Sendable {
  /// Appends bytes.
  package var write: @Sendable (_ bytes: [UInt8]) async throws(StepFailure) -> Void
  /// Syncs the file and puts it at its path; true if nothing was there before.
  package var commit: @Sendable () async throws(StepFailure) -> Bool

  /// Makes a writer of its closures.
  package init(
    write: @escaping @Sendable ([UInt8]) async throws(StepFailure) -> Void,
    commit: @escaping @Sendable () async throws(StepFailure) -> Bool
  ) {
    self.write = write
    self.commit = commit
  }
}

/// A path that was judged and stays open until released, so that what a program opens is what was judged.
package struct HeldPath: Sendable {
  /// `/proc/self/fd/N`, valid in this process while the hold lasts.
  package let descriptorPath: String
  /// Where it really leads, for programs that take no such path and for messages.
  package let realPath: String
  /// Ends the hold.
  package let release: @Sendable () -> Void

  /// Makes a hold.
  package init(descriptorPath: String, realPath: String, release: @escaping @Sendable () -> Void) {
    self.descriptorPath = descriptorPath
    self.realPath = realPath
    self.release = release
  }
}

/// The right to change a file alone, until it is released.
package struct FileLock: Sendable {
  /// Lets the next one in; more than once does no harm.
  package let release: @Sendable () -> Void

  /// Makes a lock of what ends it.
  package init(release: @escaping @Sendable () -> Void) { self.release = release }

  /// Keeps nobody waiting.
  package static let none = FileLock(release: {})
}
