import Glibc

/// libarchive, the library of tar, zip and 7z: libarchive(3).
///
/// Every call here takes its time on the calling thread.
package struct LibArchive: Sendable {
  /// What a file of several files is made by: a container, and what compresses it.
  package enum Format: String, Sendable, CaseIterable {
    case tar = "tar"
    case tarGzip = "tar.gz"
    case tarBzip2 = "tar.bz2"
    case tarXZ = "tar.xz"
    case tarZstandard = "tar.zst"
    case zip = "zip"
    case gzip = "gz"
    case sevenZip = "7z"
  }

  /// The host's library.
  package static let host = LibArchive()

  private let library: SharedLibrary<Functions>

  /// Finds the library through `lookup` when the first archive is opened.
  package init(lookup: LibraryLookup = .host) {
    library = SharedLibrary(
      ["libarchive.so.13"], package: "libarchive13t64, or libarchive13 before Debian 13", lookup: lookup
    ) { symbols throws(LibraryError) in try Functions(symbols) }
  }

  func loaded() throws(ArchiveError) -> Functions {
    do throws(LibraryError) { return try library.functions() } catch { throw .library(error) }
  }

  /// Characters as UTF-8 for the calling thread alone: the library asks the locale how names are written, and
  /// the daemon's own may know nothing but ASCII.
  static func withUnicodeNames<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let charactersOnly: CInt = 1
    let unicode = newlocale(charactersOnly, "C.UTF-8", nil)
    guard let unicode else { return try body() }
    let before = uselocale(unicode)
    defer {
      uselocale(before)
      freelocale(unicode)
    }
    return try body()
  }
}

/// Why an archive could not be read or written.
package enum ArchiveError: Error, Equatable, CustomStringConvertible {
  case library(LibraryError)
  /// The library's sentence.
  case failed(String)
  /// Whoever takes the bytes wants no more of them, and knows why.
  case stopped

  package var description: String {
    switch self {
    case .library(let error): error.description
    case .failed(let message): message
    case .stopped: "the archive could not be written"
    }
  }
}

/// One entry of an archive, without its content.
package struct ArchiveEntry: Sendable, Equatable {
  /// What an entry stands for.
  package enum Kind: Sendable, Equatable {
    case file
    case directory
    /// A symbolic link and what it says.
    case link([UInt8])
    /// Another name of an entry that came before.
    case hardLink([UInt8])
    /// A device, a pipe or a socket.
    case special
  }

  /// As it is written in the archive: bytes, since nobody promises UTF-8.
  package var name: [UInt8]
  package var kind: Kind
  /// Bytes of content; nil where the archive does not say before they come.
  package var size: Int64?
  /// Permission bits.
  package var mode: UInt32
  /// Milliseconds since 1970; nil where the archive does not say.
  package var modifiedMilliseconds: Int64?
  package var user: UInt32 = 0
  package var group: UInt32 = 0
  /// The parts of a file with holes that hold data; nil for a file without.
  package var data: [Range<Int64>]?

  /// Describes an entry.
  package init(
    name: [UInt8], kind: Kind, size: Int64? = nil, mode: UInt32, modifiedMilliseconds: Int64? = nil
  ) {
    self.name = name
    self.kind = kind
    self.size = size
    self.mode = mode
    self.modifiedMilliseconds = modifiedMilliseconds
  }
}

extension ArchiveEntry.Kind {
  /// The type bits of a mode: inode(7).
  enum TypeBits {
    static let mask: UInt32 = 0o170000
    static let file: UInt32 = 0o100000
    static let directory: UInt32 = 0o040000
    static let link: UInt32 = 0o120000
  }
}
