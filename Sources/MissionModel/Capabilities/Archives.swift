/// Packs files into archives and unpacks them, off the executors and in pieces (libarchive).
///
/// Paths obey the rules of `Files`. An archive appears at its path when it is complete; what is unpacked
/// appears when all of it could be.
package struct Archives: Sendable {
  /// Packs files and folders into one file.
  package var pack: @Sendable (_ request: PackRequest) async throws(StepFailure) -> ArchiveReport
  /// Unpacks an archive, of which nothing is believed.
  package var unpack: @Sendable (_ request: UnpackRequest) async throws(StepFailure) -> ArchiveReport

  /// Makes the capability of its closures.
  package init(
    pack: @escaping @Sendable (PackRequest) async throws(StepFailure) -> ArchiveReport,
    unpack: @escaping @Sendable (UnpackRequest) async throws(StepFailure) -> ArchiveReport
  ) {
    self.pack = pack
    self.unpack = unpack
  }

  /// Refuses everything: what a step gets that did not declare `writesFiles`.
  package static let denied = Archives(
    pack: { request throws(StepFailure) in
      throw StepFailure(
        .denied, "compress to \(request.destination): this step type did not declare that it writes files")
    },
    unpack: { request throws(StepFailure) in
      throw StepFailure(
        .denied, "extract \(request.source): this step type did not declare that it writes files")
    })
}

/// The forms of archives, by the ends of their names.
package enum ArchiveFormat: String, Sendable, CaseIterable {
  case tar = "tar"
  case tarGzip = "tar.gz"
  case tarBzip2 = "tar.bz2"
  case tarXZ = "tar.xz"
  case tarZstandard = "tar.zst"
  case zip = "zip"
  case gzip = "gz"
  case sevenZip = "7z"

  /// The format that a file's name speaks of; nil for a name that says nothing.
  package init?(fileName: String) {
    let name = fileName.lowercased()
    let ends: [(String, ArchiveFormat)] = [
      (".tar.gz", .tarGzip), (".tgz", .tarGzip), (".tar.bz2", .tarBzip2), (".tbz2", .tarBzip2),
      (".tbz", .tarBzip2), (".tar.xz", .tarXZ), (".txz", .tarXZ), (".tar.zst", .tarZstandard),
      (".tzst", .tarZstandard), (".tar", .tar), (".zip", .zip), (".gz", .gzip), (".7z", .sevenZip),
    ]
    guard let found = ends.first(where: { name.hasSuffix($0.0) && name.utf8.count > $0.0.utf8.count }) else {
      return nil
    }
    self = found.1
  }

  /// The levels that there are, lowest effort first; nil where nothing is compressed.
  package var levels: ClosedRange<Int>? {
    switch self {
    case .tar: nil
    case .tarGzip, .gzip, .tarXZ, .zip, .sevenZip: 0...9
    case .tarBzip2: 1...9
    case .tarZstandard: 1...22
    }
  }
}

/// What to pack, and into what.
package struct PackRequest: Sendable {
  /// Files and folders, as the step wrote them; links inside folders stay links.
  package var sources: [String]
  package var destination: String
  package var format: ArchiveFormat
  /// Nil for the format's usual level.
  package var level: Int?
  /// Whether an entry stays out, by its last name and its whole name in the archive.
  package var isExcluded: @Sendable (_ name: String, _ path: String) -> Bool

  /// Packs `sources`.
  package init(
    _ sources: [String], into destination: String, as format: ArchiveFormat, level: Int? = nil,
    isExcluded: @escaping @Sendable (String, String) -> Bool = { _, _ in false }
  ) {
    self.sources = sources
    self.destination = destination
    self.format = format
    self.level = level
    self.isExcluded = isExcluded
  }
}

/// What to unpack, where to, and how much may come of it.
package struct UnpackRequest: Sendable {
  package var source: String
  /// A folder; for a single file in gzip the file.
  package var destination: String
  /// Nil takes whatever it is.
  package var format: ArchiveFormat?
  package var bounds: Bounds
  package var isExcluded: @Sendable (_ name: String, _ path: String) -> Bool

  /// What keeps a small file from becoming a huge one.
  package struct Bounds: Sendable, Equatable {
    /// Most bytes of all files together.
    package var bytes = 64 << 30
    /// Most entries.
    package var files = 1_000_000
    /// Most bytes that one byte of the archive may become, on the average.
    package var ratio = 200
    /// Bytes that are harmless whatever they came of: only beyond them the ratio counts.
    package static let harmlessBytes = 64 << 20

    /// The usual bounds.
    package init() {}
  }

  /// Unpacks `source` into the folder `destination`.
  package init(
    _ source: String, into destination: String, as format: ArchiveFormat? = nil, bounds: Bounds = Bounds(),
    isExcluded: @escaping @Sendable (String, String) -> Bool = { _, _ in false }
  ) {
    self.source = source
    self.destination = destination
    self.format = format
    self.bounds = bounds
    self.isExcluded = isExcluded
  }
}

/// What was packed or unpacked.
package struct ArchiveReport: Sendable, Equatable {
  package var format: ArchiveFormat
  /// Entries other than folders.
  package var files = 0
  /// Bytes that were read, and bytes that were written.
  package var inputBytes: Int64 = 0
  package var outputBytes: Int64 = 0
  package var warnings: [String] = []

  /// Begins a report.
  package init(format: ArchiveFormat) { self.format = format }

  /// Adds a warning, unless there are many already.
  package mutating func warn(_ message: String) {
    let most = 50
    if warnings.count < most { warnings.append(message) }
  }
}
