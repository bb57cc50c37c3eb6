import Drivers
import Glibc
import MissionModel
import Posix

/// An archive that is being unpacked: into a hidden folder, which gets its name when all is in it. Blocks.
struct Unpacking {
  private enum Stage { case reading, looking(TreeMerge), moving(TreeMerge), over }

  /// A file whose content is being written.
  private struct Content {
    let file: OpenFile?
    let entry: ArchiveEntry
    let path: String
    var end: Int64 = 0
  }

  private let workspace: WorkspaceLive
  private let request: UnpackRequest
  private let words: FileWords
  private let source: OpenFile
  private let place: UnpackedPlace
  private let reader: ArchiveReader
  private var tree: ExtractionTree
  private var budget: ExtractionBudget
  private var content: Content?
  private var stage = Stage.reading
  private(set) var report: ArchiveReport

  /// Opens an archive, and the folder where it will be.
  init(
    _ request: UnpackRequest, _ library: LibArchive, in workspace: WorkspaceLive
  ) throws(StepFailure) {
    self.workspace = workspace
    self.request = request
    words = FileWords("extract", request.source)
    let source = try workspace.openToRead(words)
    self.source = source
    budget = ExtractionBudget(request.bounds, archiveBytes: source.size)
    report = ArchiveReport(format: request.format ?? .tar)
    do throws(ArchiveError) {
      reader = try ArchiveReader(
        library, request.format.map(LibArchive.Format.init), of: source.descriptor.rawValue)
    } catch { throw words.failure(error.description) }
    place = try UnpackedPlace(
      request.destination, in: workspace, FileWords("extract \(request.source) to", request.destination))
    tree = ExtractionTree(place.staging)
  }

  /// Goes on for a moment; true when all is where it belongs.
  mutating func advance() throws(StepFailure) -> Bool {
    let end = ContinuousClock.now + WorkspaceLive.archivePieceTime
    repeat {
      switch stage {
      case .reading:
        if content != nil { try copyBlock() } else { try next() }
      case .looking(var merge):
        let isDone = try merge.advance(place.words)
        stage = isDone ? .moving(try place.merge(isTrial: false)) : .looking(merge)
      case .moving(var merge):
        let isDone = try merge.advance(place.words)
        stage = .moving(merge)
        if isDone { try finish() }
      case .over: return true
      }
    } while ContinuousClock.now < end
    if case .over = stage { return true }
    return false
  }

  /// Removes what was unpacked so far.
  mutating func discard() { place.discard() }

  private mutating func next() throws(StepFailure) {
    guard let entry = try reading({ () throws(ArchiveError) in try reader.next() }) else {
      report.inputBytes = source.size
      report.outputBytes = budget.bytes
      if let format = reader.format, let known = ArchiveFormat(rawValue: format.rawValue) {
        report.format = known
      }
      if place.isNew { return try finish() }
      stage = .looking(try place.merge(isTrial: true))
      return
    }
    let shown = String(decoding: entry.name.prefix(500), as: UTF8.self)
    let path: EntryPath
    do throws(EntryPath.Refusal) {
      path = try EntryPath(entry.name)
      try budget.takeEntry(size: entry.kind == .file ? entry.size : nil)
    } catch { throw words.failure("\(shown): \(error.message)") }
    let name = path.names.last.map { String(decoding: $0, as: UTF8.self) } ?? "."
    let inside = path.names.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    if isExcluded(path) || request.isExcluded(name, inside) {
      // Its content has to be read all the same, and counts.
      content = Content(file: nil, entry: entry, path: shown)
      return
    }
    try make(entry, at: path, shown)
  }

  /// Whether a folder above the entry is left out.
  private func isExcluded(_ path: EntryPath) -> Bool {
    var inside = ""
    for name in path.names.dropLast() {
      let text = String(decoding: name, as: UTF8.self)
      inside += inside.isEmpty ? text : "/" + text
      if request.isExcluded(text, inside) { return true }
    }
    return false
  }

  private mutating func make(_ entry: ArchiveEntry, at path: EntryPath, _ shown: String) throws(StepFailure) {
    let failed = FileWords(words.verb, "\(words.path): \(shown)")
    var other: EntryPath?
    do throws(EntryPath.Refusal) {
      if case .link(let target) = entry.kind { try path.judge(link: target) }
      if case .hardLink(let target) = entry.kind { other = try EntryPath(target) }
    } catch { throw failed.failure(error.message) }
    do throws(Errno) {
      switch entry.kind {
      case .directory:
        return try tree.makeFolder(path, mode: entry.mode, modifiedMilliseconds: entry.modifiedMilliseconds)
      case .file:
        let descriptor = try tree.makeFile(path)
        let attributes = try descriptor.attributes()
        content = Content(file: OpenFile(descriptor, attributes), entry: entry, path: shown)
      case .link(let target): try tree.makeLink(path, to: target)
      case .hardLink: if let other { try tree.makeHardLink(path, to: other) }
      case .special: throw Errno(ENODEV, "make")
      }
      report.files += 1
    } catch {
      switch error.code {
      case ENODEV: throw failed.failure("it is a device, a pipe or a socket; leave it out with exclude")
      case ENOTDIR, ELOOP: throw failed.failure("a link or a file stands where its folder should be")
      case EPERM: throw failed.failure("it is another name of what is no file")
      default: throw failed.failure(error)
      }
    }
  }

  private mutating func copyBlock() throws(StepFailure) {
    guard var content else { return }
    guard let (bytes, offset) = try reading({ () throws(ArchiveError) in try reader.nextData() }) else {
      return try endFile(content)
    }
    let end = max(content.end, offset + Int64(bytes.count))
    do throws(EntryPath.Refusal) {
      let hole = max(offset - content.end, 0)
      try budget.take(end - content.end, hole: hole, bytesRead: reader.bytesRead)
    } catch { throw words.failure("\(content.path): \(error.message)") }
    if let file = content.file {
      try place.reserve(Int64(bytes.count))
      try words.run { () throws(Errno) in try file.descriptor.writeAll(bytes, at: offset) }
    }
    content.end = end
    self.content = content
  }

  private mutating func endFile(_ content: Content) throws(StepFailure) {
    self.content = nil
    let size = max(content.end, content.entry.kind == .file ? content.entry.size ?? 0 : 0)
    do throws(EntryPath.Refusal) {
      try budget.take(size - content.end, hole: size - content.end, bytesRead: reader.bytesRead)
    } catch { throw words.failure("\(content.path): \(error.message)") }
    guard let file = content.file else { return }
    try words.run { () throws(Errno) in
      try file.descriptor.setSize(size)
      try file.descriptor.setMode(content.entry.mode & 0o777)
      if let time = content.entry.modifiedMilliseconds { try file.descriptor.setModified(milliseconds: time) }
    }
  }

  private mutating func finish() throws(StepFailure) {
    let moved = try place.finish()
    try place.words.run { () throws(Errno) in
      try tree.finish(in: moved)
      let readable = try moved.openFile([46, 0], O_RDONLY | O_DIRECTORY)
      try readable.synchronizeFileSystem()
    }
    stage = .over
  }

  private func reading<Value>(_ body: () throws(ArchiveError) -> Value) throws(StepFailure) -> Value {
    do throws(ArchiveError) { return try body() } catch {
      let place = content.map { "\($0.path): " } ?? ""
      throw words.failure(place + error.description)
    }
  }
}
