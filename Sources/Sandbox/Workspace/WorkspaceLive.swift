import Glibc
package import MissionModel
import Posix

/// The files of a job: the live `Files` capability (contract §8).
///
/// Every path is judged by where it really leads and used through the descriptor that was judged. Everything
/// that blocks runs on `BlockingWork.files`, in pieces, so that a cancel is heard between two of them and
/// one big tree holds up no other job.
package struct WorkspaceLive: Sendable {
  let judge: PathJudge
  let usage: WorkspaceUsage?
  private let folder: DirectoryHandle

  /// Opens a workspace.
  ///
  /// - Parameters:
  ///   - workspace: absolute path of a directory that exists.
  ///   - readable: `paths.read` of the configuration.
  ///   - writable: `paths.write` of the configuration.
  ///   - forbidden: places that stay closed in spite of those two: the daemon's state, its credentials.
  ///   - maxBytes: `workspace.max_bytes`; nil for no bound.
  /// - Throws: `.denied` where the workspace is no directory. Roots that do not exist are left out; a
  ///   forbidden place may come to exist later.
  package init(
    _ workspace: String, readable: [String] = [], writable: [String] = [], forbidden: [String] = [],
    maxBytes: Int64? = nil
  ) throws(StepFailure) {
    guard let place = Self.place(workspace), place.isDirectory else {
      throw StepFailure(.denied, "open the workspace \(workspace): it is no directory that can be opened")
    }
    let roots = WorkspaceRoots(
      workspace: place.real, readable: readable.compactMap { Self.place($0)?.real },
      writable: writable.compactMap { Self.place($0)?.real },
      forbidden: forbidden.map { Self.place($0)?.real ?? Array($0.utf8) })
    judge = PathJudge(roots)
    usage = maxBytes.map { WorkspaceUsage(limit: $0) }
    folder = place.handle
  }

  /// The workspace's own folder, open since the workspace is; nil once it was removed.
  ///
  /// Most commands work there, and need not wait for a thread that opens it again.
  var openFolder: DirectoryHandle? {
    do throws(Errno) { return try folder.descriptor.attributes().links > 0 ? folder : nil } catch {
      return nil
    }
  }

  /// Absolute path of the workspace, free of links.
  package var path: String { String(decoding: judge.roots.workspace, as: UTF8.self) }

  /// The places that may be touched, for those who open files by themselves.
  package var roots: WorkspaceRoots { judge.roots }

  /// The capability that steps are handed.
  package var files: Files {
    Files(
      status: { path throws(StepFailure) in try await status(path) },
      open: { path throws(StepFailure) in try await open(path) },
      create: { path, options throws(StepFailure) in try await create(path, options) },
      list: { path, options throws(StepFailure) in try await list(path, options) },
      remove: { path, recursive throws(StepFailure) in try await remove(path, recursive: recursive) },
      copy: { source, destination, options throws(StepFailure) in
        try await copy(source, to: destination, options)
      },
      move: { source, destination, overwrite throws(StepFailure) in
        try await move(source, to: destination, overwrite: overwrite)
      },
      makeDirectory: { path throws(StepFailure) in try await makeDirectory(path) },
      hold: { path, access throws(StepFailure) in try await hold(path, access) },
      lock: { path throws(StepFailure) in try await lock(path) })
  }

  /// Runs a piece of blocking work, unless the step was told to end.
  func piece<Value: Sendable>(
    _ body: @escaping @Sendable () throws(StepFailure) -> Value
  ) async throws(StepFailure) -> Value {
    guard !Task.isCancelled else { throw .cancelled }
    return try await BlockingWork.files.run(body)
  }

  /// Where a path of the configuration leads; nil where nothing is that could be opened.
  private static func place(_ path: String) -> (real: [UInt8], isDirectory: Bool, handle: DirectoryHandle)? {
    do throws(Errno) {
      let handle = DirectoryHandle(try FileDescriptor.openPath(path, follow: true))
      let isDirectory = try handle.descriptor.attributes().kind == .directory
      return (try handle.descriptor.realPath(), isDirectory, handle)
    } catch { return nil }
  }
}

extension WorkspaceLive {
  /// What is at a path; nil where there is nothing.
  func status(_ path: String) async throws(StepFailure) -> FileStatus? {
    try await piece { () throws(StepFailure) in
      try judge.find(FileWords("look at", path), .read, follow: false)?.status
    }
  }

  /// Makes a folder and its parents.
  func makeDirectory(_ path: String) async throws(StepFailure) {
    try await piece { () throws(StepFailure) in
      let words = FileWords("make", path)
      if let found = try judge.find(words, .write, follow: true) {
        guard found.attributes.kind == .directory else { throw words.failure(Errno(EEXIST, "make")) }
        return
      }
      let absolute = path.utf8.first == 47 ? path : self.path + "/" + path
      _ = try judge.openFolder(absolute, words, makesMissing: true)
    }
  }

  /// Opens a place for a program or a library, which takes the path of the descriptor.
  func hold(_ path: String, _ access: PathAccess) async throws(StepFailure) -> HeldPath {
    try await piece { () throws(StepFailure) in
      let words = FileWords(access == .read ? "read" : "write", path)
      if let found = try judge.find(words, access, follow: true) {
        let real = String(decoding: found.real, as: UTF8.self)
        return Self.held(found.take(), name: "", real: real)
      }
      guard access == .write else { throw words.failure(Errno(ENOENT, "read")) }
      let slot = try judge.slot(words, follow: true, makesParents: true)
      let parent = try words.run { () throws(Errno) in try slot.parent.descriptor.duplicate() }
      return Self.held(
        parent, name: "/" + slot.name.nameText, real: String(decoding: slot.real, as: UTF8.self))
    }
  }

  /// Waits for the right to change a file alone.
  func lock(_ path: String) async throws(StepFailure) -> FileLock {
    let real = try await piece { () throws(StepFailure) in
      try judge.slot(FileWords("change", path), follow: true, makesParents: true).real
    }
    return try await PathLocks.shared.take(real)
  }

  private static func held(_ descriptor: consuming FileDescriptor, name: String, real: String) -> HeldPath {
    let path = "/proc/self/fd/\(descriptor.rawValue)\(name)"
    let owner = Lock<DirectoryHandle?>(DirectoryHandle(descriptor))
    return HeldPath(descriptorPath: path, realPath: real) { owner.withLock { $0 = nil } }
  }
}

extension PathJudge.Found {
  /// The place as steps see it.
  var status: FileStatus { attributes.status }
}
