import Drivers
import Glibc
import MissionModel
import Posix

/// An archive in the making: reads through descriptors that were judged, in pieces. Blocks.
struct Packing {
  /// Takes what the library has written, and remembers why it took no more.
  private final class Sink {
    var failure: StepFailure?
    var bytes: Int64 = 0
  }

  /// A file whose content is being read.
  private struct Content {
    let file: OpenFile
    let path: String
    let data: [Range<Int64>]?
    var offset: Int64 = 0
  }

  private let workspace: WorkspaceLive
  private let request: PackRequest
  private let writer: ArchiveWriter
  private let sink: Sink
  /// The archive itself, under both of its names.
  private let own: Set<FileAttributes.Identity>
  private var waiting: [(source: String, name: [UInt8])]
  private var tree: TreeCursor?
  /// The name of the folder where the cursor stands, and of those above it.
  private var prefixes: [[UInt8]] = []
  private var content: Content?
  /// The names of files that have several.
  private var firstNames: [FileAttributes.Identity: [UInt8]] = [:]
  private(set) var report: ArchiveReport

  private static let blockBytes = 256 << 10
  private static let mostParts = 10_000
  private static let zeros = [UInt8](repeating: 0, count: 1 << 20)

  /// Begins an archive in `target`.
  ///
  /// - Parameter check: throws when the step was told to end; asked with each piece that is written.
  init(
    _ request: PackRequest, _ library: LibArchive, in workspace: WorkspaceLive, _ target: NewFile,
    check: @escaping () throws(StepFailure) -> Void
  ) throws(StepFailure) {
    self.workspace = workspace
    self.request = request
    report = ArchiveReport(format: request.format)
    waiting = try PackedNames.make(request.sources, words: FileWords("compress to", request.destination))
    let words = FileWords("compress to", request.destination)
    let sink = Sink()
    self.sink = sink
    own = try words.run { () throws(Errno) in
      let there = try target.slot.parent.attributes(of: target.slot.name)
      return Set([try target.descriptor.attributes().identity] + (there.map { [$0.identity] } ?? []))
    }
    do throws(ArchiveError) {
      writer = try ArchiveWriter(library, LibArchive.Format(request.format), level: request.level) { bytes in
        do throws(StepFailure) {
          try check()
          try workspace.reserve(Int64(bytes.count), in: target.slot, words)
          try words.run { () throws(Errno) in try target.descriptor.writeAll(bytes) }
          sink.bytes += Int64(bytes.count)
          return true
        } catch {
          sink.failure = error
          return false
        }
      }
    } catch { throw words.failure(error.description) }
  }

  /// Goes on for a moment; true when the archive is complete.
  mutating func advance() throws(StepFailure) -> Bool {
    let end = ContinuousClock.now + WorkspaceLive.archivePieceTime
    repeat {
      if content != nil {
        try copyBlock()
      } else if tree != nil {
        try walk()
      } else if !waiting.isEmpty {
        try begin()
      } else {
        try archive("the end") { () throws(ArchiveError) in try writer.finish() }
        report.outputBytes = sink.bytes
        return true
      }
    } while ContinuousClock.now < end
    return false
  }

  /// Begins the next source; a link at its end is followed.
  private mutating func begin() throws(StepFailure) {
    let (source, name) = waiting.removeFirst()
    let words = FileWords("compress", source)
    let found = try workspace.judge.open(words, .read)
    let attributes = found.attributes
    guard !own.contains(attributes.identity) else {
      throw words.failure("the archive would take its place; name another destination", kind: .badParameters)
    }
    switch attributes.kind {
    case .file:
      try beginFile(try workspace.openToRead(words), name)
    case .directory:
      guard request.format != .gzip else {
        throw words.failure("gz holds one file; use tar.gz for folders", kind: .badParameters)
      }
      try workspace.judge.refuseClosed(in: found.real, words)
      let handle = DirectoryHandle(found.take())
      if !name.isEmpty { try add(.directory, name + [47], attributes) }
      tree = try words.run { () throws(Errno) in try TreeCursor(handle) }
      prefixes = [name.isEmpty ? [] : name + [47]]
    case .link, .other: throw words.failure("it is neither a file nor a folder")
    }
  }

  /// Takes the next entry of a folder.
  private mutating func walk() throws(StepFailure) {
    guard var cursor = tree, let prefix = prefixes.last else { return }
    defer { if tree != nil { tree = cursor } }
    let words = FileWords("compress", String(decoding: prefix.dropLast(), as: UTF8.self))
    let name = cursor.next()
    do throws(Errno) {
      guard let name else {
        prefixes.removeLast()
        if cursor.depth == 0 { tree = nil } else { _ = try cursor.leave() }
        return
      }
      let path = prefix + name.dropLast().map(UInt8.init(bitPattern:))
      let shown = String(decoding: path, as: UTF8.self)
      guard let attributes = try cursor.directory.attributes(of: name),
        !own.contains(attributes.identity), !request.isExcluded(name.nameText, shown)
      else { return }
      switch attributes.kind {
      case .file:
        let descriptor = try cursor.directory.openFile(name, O_RDONLY | O_NONBLOCK)
        let opened = try descriptor.attributes()
        guard opened.kind == .file else { return }
        pending = (OpenFile(descriptor, opened), path)
      case .link:
        let target = try cursor.directory.linkTarget(name)
        waitingEntry = (.link(target), path, attributes)
      case .directory:
        try cursor.enter(name)
        prefixes.append(path + [47])
        waitingEntry = (.directory, path + [47], attributes)
      case .other: report.warn("left out \(shown): it is neither a file, a folder nor a link")
      }
    } catch { throw words.failure(error, at: name?.nameText) }
    try takePending()
  }

  /// What `walk` found, to be written outside of the kernel's errors.
  private var pending: (file: OpenFile, path: [UInt8])?
  private var waitingEntry: (kind: ArchiveEntry.Kind, path: [UInt8], attributes: FileAttributes)?

  private mutating func takePending() throws(StepFailure) {
    if let (file, path) = pending {
      pending = nil
      try beginFile(file, path)
    }
    if let (kind, path, attributes) = waitingEntry {
      waitingEntry = nil
      try add(kind, path, attributes)
      if kind != .directory { report.files += 1 }
    }
  }

  private mutating func beginFile(_ file: OpenFile, _ path: [UInt8]) throws(StepFailure) {
    report.files += 1
    if isTar, file.attributes.links > 1 {
      if let first = firstNames[file.attributes.identity] {
        return try add(.hardLink(first), path, file.attributes)
      }
      firstNames[file.attributes.identity] = path
    }
    let hasHoles = file.attributes.allocatedBytes < file.size
    let data = isTar && hasHoles ? file.descriptor.dataParts(size: file.size, limit: Self.mostParts) : nil
    try add(.file, path, file.attributes, size: file.size, data: data)
    content = Content(file: file, path: String(decoding: path, as: UTF8.self), data: data)
  }

  private mutating func add(
    _ kind: ArchiveEntry.Kind, _ path: [UInt8], _ attributes: FileAttributes, size: Int64? = nil,
    data: [Range<Int64>]? = nil
  ) throws(StepFailure) {
    var entry = ArchiveEntry(
      name: path, kind: kind, size: size ?? (kind == .directory ? nil : 0), mode: attributes.mode,
      modifiedMilliseconds: attributes.modifiedMilliseconds)
    entry.user = attributes.user
    entry.group = attributes.group
    // A file that is one hole: an empty part at its end says so.
    entry.data = data.map { $0.isEmpty ? [(size ?? 0)..<(size ?? 0)] : $0 }
    let shown = String(decoding: path, as: UTF8.self)
    guard isTar || String(validating: path, as: UTF8.self) != nil else {
      throw FileWords("compress to", request.destination).failure(
        "\(shown): its name is not UTF-8, and could not be kept; use tar.gz, or leave it out with exclude")
    }
    let note = try archive(shown) { () throws(ArchiveError) in
      let note = try writer.begin(entry)
      if size == nil { try writer.endEntry() }
      return note
    }
    if let note { report.warn("\(shown): \(note)") }
  }

  /// Copies the next block of a file; over a hole no byte is read.
  private mutating func copyBlock() throws(StepFailure) {
    guard var content else { return }
    let left = content.file.size - content.offset
    guard left > 0 else { return try endFile(content.path) }
    if let hole = Self.hole(at: content.offset, in: content.data, size: content.file.size) {
      let count = min(hole, Int64(Self.zeros.count))
      try write(Self.zeros[..<Int(count)], of: content.path)
      content.offset += count
    } else {
      let words = FileWords("compress", content.path)
      let bytes = try words.run { () throws(Errno) in
        try content.file.descriptor.read(Int(min(left, Int64(Self.blockBytes))), at: content.offset)
      }
      guard !bytes.isEmpty else {
        report.warn("\(content.path) became shorter while it was read; the rest of it is zeros")
        return try endFile(content.path)
      }
      try write(bytes[...], of: content.path)
      content.offset += Int64(bytes.count)
      report.inputBytes += Int64(bytes.count)
    }
    self.content = content
  }

  /// Bytes of the hole that begins at `offset` or holds it; nil where there is data.
  static func hole(at offset: Int64, in data: [Range<Int64>]?, size: Int64) -> Int64? {
    guard let data else { return nil }
    // The parts are in order: the first that ends behind the place is the one to look at.
    var (low, high) = (0, data.count)
    while low < high {
      let middle = (low + high) / 2
      if data[middle].upperBound <= offset { low = middle + 1 } else { high = middle }
    }
    guard low < data.count else { return size - offset }
    return data[low].lowerBound > offset ? data[low].lowerBound - offset : nil
  }

  private func write(_ bytes: ArraySlice<UInt8>, of path: String) throws(StepFailure) {
    try archive(path) { () throws(ArchiveError) in
      try bytes.withUnsafeBufferPointer { (buffer) throws(ArchiveError) in
        try writer.write(UnsafeRawBufferPointer(buffer))
      }
    }
  }

  private mutating func endFile(_ path: String) throws(StepFailure) {
    content = nil
    try archive(path) { () throws(ArchiveError) in try writer.endEntry() }
  }

  private var isTar: Bool {
    switch request.format {
    case .tar, .tarGzip, .tarBzip2, .tarXZ, .tarZstandard: true
    case .zip, .gzip, .sevenZip: false
    }
  }

  /// Gives the library's errors the words of the step; where the sink stopped it, its reason.
  private func archive<Value>(
    _ path: String, _ body: () throws(ArchiveError) -> Value
  ) throws(StepFailure) -> Value {
    do throws(ArchiveError) { return try body() } catch {
      if case .stopped = error, let failure = sink.failure { throw failure }
      throw FileWords("compress to", request.destination).failure("\(path): \(error)")
    }
  }
}
