import Glibc
import MissionModel
import Posix

/// A tree on its way into another place: two cursors that go in step.
struct TreeCopy: Sendable {
  /// A file whose content is to be copied next.
  struct File: Sendable {
    let source: OpenFile
    let target: NewFile
    /// Relative to the tree.
    let path: String
  }

  private var from: TreeCursor
  private var into: TreeCursor
  private var modes: [UInt32]
  private let options: CopyOptions
  /// Where the copy begins: the path of a folder deep inside may be longer than the kernel gives.
  private let targetReal: [UInt8]
  private(set) var isOver = false
  var result = CopyResult(bytes: 0, files: 0)

  /// Begins to copy all in `source` into the slot's folder.
  init(_ source: DirectoryHandle, to slot: PathJudge.Slot, _ options: CopyOptions) throws(Errno) {
    let mode = try source.descriptor.attributes().mode
    _ = try slot.parent.makeDirectory(slot.name, mode: mode | 0o700)
    from = try TreeCursor(source)
    into = try TreeCursor(try slot.parent.openDirectory(slot.name), reads: false)
    modes = [mode]
    self.options = options
    targetReal = slot.parentReal
  }

  /// Goes on until a file's content is to be copied, the tree is done, or a piece's worth of work was done.
  mutating func advance(_ words: FileWords) throws(StepFailure) -> File? {
    for _ in 0..<WorkspaceLive.entriesPerPiece {
      let name = from.next()
      do throws(Errno) {
        guard let name else {
          if try goUp() { return nil }
          continue
        }
        guard let attributes = try from.directory.attributes(of: name) else { continue }
        switch attributes.kind {
        case .file: return try file(name, attributes)
        case .link: try copyLink(name)
        case .directory:
          _ = try into.directory.makeDirectory(name, mode: attributes.mode | 0o700)
          try from.enter(name)
          try into.enter(name, reads: false)
          modes.append(attributes.mode)
        case .other: throw Errno(EINVAL, "copy")
        }
      } catch {
        let path = name.map(from.path) ?? ""
        if error.code == EINVAL {
          throw FileWords(words.verb, words.path).failure("\(path) is neither a file, a folder nor a link")
        }
        throw words.failure(error, at: path)
      }
    }
    return nil
  }

  /// Gives a folder its mode when all is in it; true after the last one.
  private mutating func goUp() throws(Errno) -> Bool {
    let readable = try into.directory.openFile([46, 0], O_RDONLY | O_DIRECTORY)
    try readable.setMode(modes.removeLast())
    guard from.depth > 0 else {
      isOver = true
      return true
    }
    _ = try from.leave()
    _ = try into.leave()
    return false
  }

  private func file(_ name: [CChar], _ attributes: FileAttributes) throws(Errno) -> File {
    let source = try from.directory.openFile(name, O_RDONLY | O_NONBLOCK)
    if try into.directory.attributes(of: name)?.kind == .directory { throw Errno(EISDIR, "copy") }
    let slot = PathJudge.Slot(
      parent: into.directory, name: name, parentReal: targetReal)
    let target = try NewFile(for: slot)
    try target.descriptor.setMode(attributes.mode)
    return File(source: OpenFile(source, attributes), target: target, path: from.path(of: name))
  }

  private func copyLink(_ name: [CChar]) throws(Errno) {
    let target = try from.directory.linkTarget(name)
    if options.overwrite, let there = try into.directory.attributes(of: name), there.kind != .directory {
      try into.directory.remove(name)
    }
    try into.directory.makeLink(name, to: target)
  }
}
