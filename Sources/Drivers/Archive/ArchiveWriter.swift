import Glibc

/// An archive that is written from its beginning to its end, an entry at a time: archive_write(3).
package final class ArchiveWriter {
  /// Takes the next bytes of the archive; false ends the writing.
  package typealias Sink = (UnsafeRawBufferPointer) -> Bool

  /// What the library hands back when it has bytes.
  private final class Client {
    let sink: Sink
    var isStopped = false
    init(_ sink: @escaping Sink) { self.sink = sink }
  }

  private let functions: LibArchive.Functions
  private let archive: LibArchive.Handle
  private let client: Client
  private var isClosed = false

  /// Begins an archive; `sink` is called from within the other calls.
  ///
  /// - Parameter level: how hard to compress, in the format's own measure; nil for its usual one.
  package init(
    _ library: LibArchive, _ format: LibArchive.Format, level: Int?, to sink: @escaping Sink
  ) throws(ArchiveError) {
    functions = try library.loaded()
    guard let archive = functions.writing.make() else { throw .failed("out of memory") }
    self.archive = archive
    client = Client(sink)
    let calls = functions.writing
    let container: LibArchive.Action
    let filter: LibArchive.Action?
    switch format {
    case .tar: (container, filter) = (calls.tar, nil)
    case .tarGzip: (container, filter) = (calls.tar, calls.gzip)
    case .tarBzip2: (container, filter) = (calls.tar, calls.bzip2)
    case .tarXZ: (container, filter) = (calls.tar, calls.xz)
    case .tarZstandard: (container, filter) = (calls.tar, calls.zstandard)
    case .zip: (container, filter) = (calls.zip, nil)
    case .gzip: (container, filter) = (calls.raw, calls.gzip)
    case .sevenZip: (container, filter) = (calls.sevenZip, nil)
    }
    // A warning would mean that an external program is to be called.
    guard container(archive) == LibArchive.Code.ok, filter.map({ $0(archive) == LibArchive.Code.ok }) ?? true
    else { throw .failed("libarchive was built without \(format.rawValue)") }
    if let level {
      let set = filter == nil ? calls.setFormatOption : calls.setFilterOption
      guard set(archive, nil, "compression-level", String(level)) == LibArchive.Code.ok else {
        throw message(or: "there is no level \(level) of \(format.rawValue)")
      }
    }
    // Without it the end of the file would be filled up to a whole block of a tape.
    _ = calls.setLastBlock(archive, 1)
    let client = Unmanaged.passUnretained(client).toOpaque()
    guard calls.open(archive, client, nil, Self.take, nil) == LibArchive.Code.ok else {
      throw message(or: "it cannot be begun")
    }
  }

  deinit {
    // What was not finished is not to be: freeing would write the end of an archive otherwise.
    if !isClosed { _ = functions.writing.fail(archive) }
    _ = functions.writing.free(archive)
  }

  private static let take: LibArchive.TakeFunction = { _, client, bytes, count in
    guard let client else { return -1 }
    let owner = Unmanaged<Client>.fromOpaque(client).takeUnretainedValue()
    guard !owner.isStopped, owner.sink(UnsafeRawBufferPointer(start: bytes, count: count)) else {
      owner.isStopped = true
      return -1
    }
    return count
  }

  /// Begins an entry; a file's content follows. Returns what the library could not keep of it.
  package func begin(_ entry: ArchiveEntry) throws(ArchiveError) -> String? {
    guard let handle = functions.entry.make() else { throw .failed("out of memory") }
    defer { functions.entry.free(handle) }
    let code = LibArchive.withUnicodeNames { () -> CInt in
      fill(handle, entry)
      return functions.writing.header(archive, handle)
    }
    switch code {
    case LibArchive.Code.ok: return nil
    case LibArchive.Code.warning:
      return message(or: "something of it could not be kept").description
    default: throw failure("the entry cannot be written")
    }
  }

  private func fill(_ handle: LibArchive.Handle, _ entry: ArchiveEntry) {
    let calls = functions.entry
    calls.setName(handle, entry.name.terminated)
    calls.setMode(handle, entry.mode)
    calls.setUser(handle, Int64(entry.user))
    calls.setGroup(handle, Int64(entry.group))
    if let time = entry.modifiedMilliseconds {
      let seconds = time >= 0 ? time / 1000 : (time - 999) / 1000
      calls.setTime(handle, time_t(seconds), CLong((time - seconds * 1000) * 1_000_000))
    }
    switch entry.kind {
    case .file, .special: calls.setType(handle, ArchiveEntry.Kind.TypeBits.file)
    case .directory: calls.setType(handle, ArchiveEntry.Kind.TypeBits.directory)
    case .link(let target):
      calls.setType(handle, ArchiveEntry.Kind.TypeBits.link)
      calls.setLink(handle, target.terminated)
    case .hardLink(let other):
      calls.setType(handle, ArchiveEntry.Kind.TypeBits.file)
      calls.setHardLink(handle, other.terminated)
    }
    if let size = entry.size { calls.setSize(handle, size) }
    for part in entry.data ?? [] { calls.addData(handle, part.lowerBound, Int64(part.count)) }
  }

  /// Appends content to the entry; holes are given as zeros, and left out by a format that knows holes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = functions.writing.data(archive, rest.baseAddress, rest.count)
      guard count > 0 else { throw failure("the content cannot be written") }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Ends the entry; what is missing of a file's size is filled with zeros.
  package func endEntry() throws(ArchiveError) {
    guard functions.writing.finishEntry(archive) >= LibArchive.Code.warning else {
      throw failure("the entry cannot be ended")
    }
  }

  /// Writes the end of the archive.
  package func finish() throws(ArchiveError) {
    let code = LibArchive.withUnicodeNames { functions.writing.close(archive) }
    guard code >= LibArchive.Code.warning else { throw failure("the archive cannot be ended") }
    isClosed = true
  }

  private func failure(_ fallback: String) -> ArchiveError {
    client.isStopped ? .stopped : message(or: fallback)
  }

  private func message(or fallback: String) -> ArchiveError {
    functions.handle.message(of: archive, or: fallback)
  }
}

extension [UInt8] {
  /// The bytes as a text of C.
  fileprivate var terminated: [CChar] { map(CChar.init(bitPattern:)) + [0] }
}
