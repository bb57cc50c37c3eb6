import Glibc
import Posix
import Testing

@testable import Drivers

@Suite struct ArchiveWriterTests {
  /// Packs entries in memory and reads them again from a file without a name.
  private func roundTrip(
    _ format: LibArchive.Format, _ entries: [(ArchiveEntry, String)]
  ) throws -> [(ArchiveEntry, String)] {
    var bytes: [UInt8] = []
    let writer = try ArchiveWriter(.host, format, level: nil) { piece in
      bytes += piece
      return true
    }
    for (entry, content) in entries {
      _ = try writer.begin(entry)
      try Array(content.utf8).withUnsafeBytes { try writer.write($0) }
      try writer.endEntry()
    }
    try writer.finish()
    return try read(bytes, as: format)
  }

  private func read(_ bytes: [UInt8], as format: LibArchive.Format?) throws -> [(ArchiveEntry, String)] {
    let file = try #require(tmpfile())
    defer { fclose(file) }
    fwrite(bytes, 1, bytes.count, file)
    fflush(file)
    lseek(fileno(file), 0, SEEK_SET)
    let reader = try ArchiveReader(.host, format, of: fileno(file))
    var found: [(ArchiveEntry, String)] = []
    while let entry = try reader.next() {
      var content: [UInt8] = []
      while let (piece, offset) = try reader.nextData() {
        content += [UInt8](repeating: 0, count: Int(offset) - content.count) + piece
      }
      found.append((entry, String(decoding: content, as: UTF8.self)))
    }
    #expect(reader.format == format)
    #expect(reader.bytesRead > 0)
    return found
  }

  @Test(arguments: LibArchive.Format.allCases.filter { $0 != .gzip && $0 != .sevenZip })
  func `what is written is read again`(format: LibArchive.Format) throws {
    let time: Int64 = 1_000_000_000_000
    let entries = [
      (
        ArchiveEntry(
          name: Array("d/".utf8), kind: .directory, size: nil, mode: 0o750, modifiedMilliseconds: time), ""
      ),
      (
        ArchiveEntry(
          name: Array("d/ä".utf8), kind: .file, size: 2, mode: 0o640, modifiedMilliseconds: time), "hi"
      ),
      (
        ArchiveEntry(
          name: Array("d/l".utf8), kind: .link(Array("ä".utf8)), size: 0, mode: 0o777,
          modifiedMilliseconds: time), ""
      ),
    ]
    let found = try roundTrip(format, entries)
    #expect(found.map(\.0.name) == entries.map(\.0.name))
    #expect(found.map(\.0.kind) == entries.map(\.0.kind))
    #expect(found.map(\.0.mode) == entries.map(\.0.mode))
    #expect(found.map(\.0.modifiedMilliseconds) == [time, time, time])
    #expect(found[1].1 == "hi")
  }

  @Test func `bytes that are no UTF-8 are kept in names`() throws {
    let entry = ArchiveEntry(name: [0x61, 0xFF, 0x62], kind: .file, size: 0, mode: 0o644)
    #expect(try roundTrip(.tar, [(entry, "")])[0].0.name == entry.name)
  }

  @Test func `whoever takes the bytes may stop it`() throws {
    let writer = try ArchiveWriter(.host, .tar, level: nil) { _ in false }
    #expect(throws: ArchiveError.stopped) {
      for number in 0..<1000 {
        let entry = ArchiveEntry(name: Array("\(number)".utf8), kind: .file, size: 0, mode: 0o644)
        _ = try writer.begin(entry)
        try writer.endEntry()
      }
    }
  }

  @Test func `a level that is none is refused`() {
    #expect(throws: ArchiveError.self) { try ArchiveWriter(.host, .tarGzip, level: 77) { _ in true } }
  }

  @Test func `what is no archive is an error`() {
    #expect(throws: ArchiveError.self) { try read(Array("no archive at all".utf8), as: .zip) }
  }

  @Test func `without the library the error names its package`() {
    let missing = LibraryError.missing(
      library: "libarchive.so.13", package: "libarchive13t64, or libarchive13 before Debian 13",
      reason: "libarchive.so.13: cannot open shared object file: No such file or directory")
    #expect(throws: ArchiveError.library(missing)) {
      try ArchiveWriter(LibArchive(lookup: .empty), .tar, level: nil) { _ in true }
    }
  }
}
