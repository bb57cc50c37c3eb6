import Glibc

/// An archive that is read from its beginning to its end, an entry at a time: archive_read(3).
///
/// Names are handed on as they are written: whoever makes files of them judges them.
package final class ArchiveReader {
  private let functions: LibArchive.Functions
  private let archive: LibArchive.Handle
  private let wanted: LibArchive.Format?
  /// Bytes of the file that are read at a time.
  private static let blockBytes = 64 << 10

  /// Begins to read at the offset of a descriptor, which stays open as long as the reader.
  ///
  /// - Parameter format: the only one that is taken; nil takes whatever it is, but no single file in gzip.
  package init(
    _ library: LibArchive, _ format: LibArchive.Format?, of descriptor: CInt
  ) throws(ArchiveError) {
    functions = try library.loaded()
    wanted = format
    guard let archive = functions.reading.make() else { throw .failed("out of memory") }
    self.archive = archive
    for support in Self.supports(format, functions.reading) where support(archive) != LibArchive.Code.ok {
      // A warning would mean that an external program is to be called.
      throw .failed("libarchive was built without \(format?.rawValue ?? "one of the formats")")
    }
    guard functions.reading.openDescriptor(archive, descriptor, Self.blockBytes) == LibArchive.Code.ok else {
      throw notAnArchive ?? message(or: "it cannot be read")
    }
  }

  deinit { _ = functions.reading.free(archive) }

  private static func supports(
    _ format: LibArchive.Format?, _ functions: LibArchive.ReadingFunctions
  ) -> [LibArchive.Action] {
    switch format {
    case .tar: [functions.tar]
    case .tarGzip: [functions.tar, functions.gzip]
    case .tarBzip2: [functions.tar, functions.bzip2]
    case .tarXZ: [functions.tar, functions.xz]
    case .tarZstandard: [functions.tar, functions.zstandard]
    case .zip: [functions.zip]
    case .gzip: [functions.raw, functions.gzip]
    case .sevenZip: [functions.sevenZip]
    case nil:
      [
        functions.tar, functions.zip, functions.sevenZip, functions.gzip, functions.bzip2, functions.xz,
        functions.zstandard,
      ]
    }
  }

  /// The next entry; nil after the last. What was left of the one before is passed over.
  package func next() throws(ArchiveError) -> ArchiveEntry? {
    var entry: LibArchive.Handle?
    let code = LibArchive.withUnicodeNames { functions.reading.nextHeader(archive, &entry) }
    switch code {
    case LibArchive.Code.end: return nil
    case LibArchive.Code.ok, LibArchive.Code.warning: break
    default: throw message(or: "it is damaged")
    }
    guard let entry else { throw .failed("it is damaged") }
    return try LibArchive.withUnicodeNames { () throws(ArchiveError) in try describe(entry) }
  }

  /// The next piece of the entry's content and where in the file it belongs; nil at its end. What lies
  /// between two pieces is a hole. The bytes are valid until the next call.
  package func nextData() throws(ArchiveError) -> (bytes: UnsafeRawBufferPointer, offset: Int64)? {
    var start: UnsafeRawPointer?
    var count = 0
    var offset: Int64 = 0
    switch functions.reading.dataBlock(archive, &start, &count, &offset) {
    case LibArchive.Code.end: return nil
    case LibArchive.Code.ok, LibArchive.Code.warning:
      return (UnsafeRawBufferPointer(start: start, count: count), offset)
    default: throw message(or: "it is damaged")
    }
  }

  /// Bytes of the file that were read so far.
  package var bytesRead: Int64 {
    let nextToTheFile: CInt = -1
    return functions.handle.filterBytes(archive, nextToTheFile)
  }

  /// What the archive turned out to be, once an entry was read; nil for what has no name here.
  package var format: LibArchive.Format? {
    let (containerBits, tar, zip, raw, sevenZip): (CInt, CInt, CInt, CInt, CInt) = (
      0xff0000, 0x30000, 0x50000, 0x90000, 0xe0000
    )
    let filters: [CInt: LibArchive.Format] = [
      0: .tar, 1: .tarGzip, 2: .tarBzip2, 6: .tarXZ, 14: .tarZstandard,
    ]
    switch functions.handle.format(archive) & containerBits {
    case tar: return filters[functions.handle.filterCode(archive, 0)]
    case zip: return .zip
    case raw: return functions.handle.filterCode(archive, 0) == 1 ? .gzip : nil
    case sevenZip: return .sevenZip
    default: return nil
    }
  }

  private func describe(_ entry: LibArchive.Handle) throws(ArchiveError) -> ArchiveEntry {
    let calls = functions.entry
    guard let name = Self.bytes(calls.name(entry)) else {
      throw .failed("it holds a name that cannot be read")
    }
    let kind: ArchiveEntry.Kind
    if let other = Self.bytes(calls.hardLink(entry)) {
      kind = .hardLink(other)
    } else {
      switch calls.type(entry) & ArchiveEntry.Kind.TypeBits.mask {
      case ArchiveEntry.Kind.TypeBits.file: kind = .file
      case ArchiveEntry.Kind.TypeBits.directory: kind = .directory
      case ArchiveEntry.Kind.TypeBits.link: kind = .link(Self.bytes(calls.link(entry)) ?? [])
      default: kind = .special
      }
    }
    var described = ArchiveEntry(name: name, kind: kind, mode: calls.mode(entry) & 0o7777)
    if calls.hasSize(entry) != 0 { described.size = calls.size(entry) }
    if calls.hasTime(entry) != 0 {
      let (whole, overflow) = calls.seconds(entry).multipliedReportingOverflow(by: 1000)
      if !overflow { described.modifiedMilliseconds = whole + Int64(calls.nanoseconds(entry)) / 1_000_000 }
    }
    return described
  }

  private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8]? {
    text.map { text in
      UnsafeRawBufferPointer(start: text, count: strlen(text)).map { $0 }
    }
  }

  /// What to say of bytes that no format took for its own; nil where something else is wrong.
  private var notAnArchive: ArchiveError? {
    guard message(or: "").description == "Unrecognized archive format" else { return nil }
    return .failed("it is no " + (wanted?.rawValue ?? "archive of a form that is known"))
  }

  private func message(or fallback: String) -> ArchiveError {
    functions.handle.message(of: archive, or: fallback)
  }
}
