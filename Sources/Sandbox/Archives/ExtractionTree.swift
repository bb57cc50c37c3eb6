import Glibc
import MissionModel
import Posix

/// The folder that an archive is unpacked into: every name below it is made in a folder that was opened as
/// one, so that no link leads out of it, whoever made the link and when.
struct ExtractionTree {
  /// A folder whose mode and time are set when nothing is written into it any more.
  private struct Folder {
    let names: [[UInt8]]
    let mode: UInt32
    let modifiedMilliseconds: Int64?
  }

  private var root: DirectoryHandle
  /// The folder of the last entry: the next one is mostly in the same.
  private var recent: (names: ArraySlice<[UInt8]>, handle: DirectoryHandle)?
  private var folders: [Folder] = []

  /// Makes entries in `root`.
  init(_ root: DirectoryHandle) { self.root = root }

  /// Makes a folder, and those above it.
  mutating func makeFolder(
    _ path: EntryPath, mode: UInt32, modifiedMilliseconds: Int64?
  ) throws(Errno) {
    _ = try folder(path.names[...])
    folders.append(
      Folder(names: path.names, mode: mode & 0o777, modifiedMilliseconds: modifiedMilliseconds))
  }

  /// Makes an empty file, which only its owner may read until it has its mode.
  mutating func makeFile(_ path: EntryPath) throws(Errno) -> FileDescriptor {
    let (folder, name) = try place(path)
    return try folder.openFile(name, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
  }

  /// Makes a symbolic link, whose target was judged.
  mutating func makeLink(_ path: EntryPath, to target: [UInt8]) throws(Errno) {
    let (folder, name) = try place(path)
    try folder.makeLink(name, to: target)
  }

  /// Gives an earlier file another name. A second link is refused: elsewhere it leads elsewhere.
  mutating func makeHardLink(_ path: EntryPath, to other: EntryPath) throws(Errno) {
    guard let last = other.names.last else { throw Errno(EISDIR, "link") }
    let source = try folder(other.names.dropLast())
    let sourceName = [CChar](name: last)
    guard let there = try source.attributes(of: sourceName) else { throw Errno(ENOENT, "link") }
    guard there.kind == .file else { throw Errno(EPERM, "link") }
    let (folder, name) = try place(path)
    try folder.makeHardLink(name, to: sourceName, in: source)
  }

  /// Gives the folders their modes and times, innermost first, wherever the tree has been moved to.
  mutating func finish(in moved: DirectoryHandle) throws(Errno) {
    root = moved
    recent = nil
    for folder in folders.sorted(by: { $0.names.count > $1.names.count }) {
      let handle = try self.folder(folder.names[...], makes: false)
      let readable = try handle.openFile([46, 0], O_RDONLY | O_DIRECTORY)
      if let time = folder.modifiedMilliseconds { try readable.setModified(milliseconds: time) }
      try readable.setMode(folder.mode)
    }
  }

  /// The folder and the name of an entry; what an earlier entry of the name made, other than a folder, goes.
  private mutating func place(_ path: EntryPath) throws(Errno) -> (DirectoryHandle, [CChar]) {
    guard let last = path.names.last else { throw Errno(EISDIR, "make") }
    let folder = try folder(path.names.dropLast())
    let name = [CChar](name: last)
    if let there = try folder.attributes(of: name) {
      guard there.kind != .directory else { throw Errno(EISDIR, "make") }
      try folder.remove(name)
    }
    return (folder, name)
  }

  /// Opens a folder of the tree, a name at a time and never over a link; makes what is missing.
  private mutating func folder(
    _ names: ArraySlice<[UInt8]>, makes: Bool = true
  ) throws(Errno) -> DirectoryHandle {
    if let recent, recent.names == names { return recent.handle }
    var handle = root
    for name in names {
      let text = [CChar](name: name)
      if makes { _ = try handle.makeDirectory(text, mode: 0o700 | 0o077) }
      handle = try handle.openDirectory(text)
    }
    recent = (names, handle)
    return handle
  }
}

extension [CChar] {
  /// A file name given as bytes, for a call of the kernel.
  init(name: [UInt8]) { self = name.map(CChar.init(bitPattern:)) + [0] }
}
