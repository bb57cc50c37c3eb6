package import Formats
package import MissionModel

/// Packs files into an archive, or unpacks one without letting it out of its folder.
package struct CompressStep: StepType {
  package static let name = "compress"
  package static let summary = "Pack files and folders into an archive, or unpack one safely."
  package static let effects: Effects = [.readsFiles, .writesFiles]
  package static let example = """
    step_type: compress
    parameters: { source: build, destination: release.tar.zst, level: 12, exclude: ["*.o"] }
    """
  package static let outputs = [
    OutputField("source", "any", "The path, or the list of paths, as it was given."),
    OutputField("destination", "string", "The archive, or the folder where it was unpacked."),
    OutputField("format", "string", "The form of the archive."),
    OutputField("compressed", "bool", "True if an archive was made, false if one was unpacked."),
    OutputField("files", "integer", "Files and links, without folders."),
    OutputField("input_bytes", "integer", "Bytes that were read."),
    OutputField("output_bytes", "integer", "Bytes that were written."),
    OutputField("ratio", "number", "Bytes written for each byte read; null where nothing was read."),
  ]
  package static let requirements: [Requirement] = [
    .library("libarchive.so.13", package: "libarchive13t64, or libarchive13 before Debian 13")
  ]

  private let sources: [String]
  private let destination: String
  private let format: ArchiveFormat?
  private let level: Int?
  private let isExtraction: Bool
  private let exclude: [NameFilter]
  private let bounds: UnpackRequest.Bounds

  package init(_ p: inout ParameterReader) {
    sources = p.required(
      "source", .oneOrMore(.readPath), "What to pack, a path or a list; or the archive to unpack.")
    destination = p.required(
      "destination", .writePath, "The archive to make; or the folder to unpack into, for gz the file.")
    let word = p.optional(
      "format", .choice(of: ArchiveFormat.allCases.map(\.rawValue)),
      "The form of the archive; by default what its name says, else tar.gz. All but gz keep permissions, "
        + "times and symbolic links, tar also hard links and holes; none keeps extended attributes or access "
        + "lists, and what is unpacked belongs to the daemon's user.")
    format = word.flatMap(ArchiveFormat.init(rawValue:))
    level = p.optional(
      "level", .integer(0...22), "How hard to compress: to 9, for tar.zst to 22; each form has its default.")
    isExtraction =
      p.optional("operation", .choice("compress", "extract"), default: "compress", "What to do.") == "extract"
    exclude = NameFilter.readList(
      &p, "exclude", "Globs of what to leave out: of names, or of whole paths if they hold a slash.")
    var bounds = UnpackRequest.Bounds()
    bounds.bytes = p.optional(
      "max_bytes", .integer(1...Int.max), default: bounds.bytes, "Unpack at most so many bytes.")
    bounds.files = p.optional(
      "max_files", .integer(1...Int.max), default: bounds.files, "Unpack at most so many entries.")
    bounds.ratio = p.optional(
      "max_ratio", .integer(1...Int.max), default: bounds.ratio,
      "Unpack at most so many bytes for each byte of the archive; counts from 64 MiB on.")
    self.bounds = bounds
    check(&p)
  }

  private func check(_ p: inout ParameterReader) {
    guard !p.isOpen("source"), !p.isOpen("destination"), !p.isOpen("operation") else { return }
    if p.isGiven("source"), p.purpose != .describing, sources.isEmpty {
      p.problem(at: "source", "is an empty list")
    }
    if isExtraction {
      if sources.count > 1 { p.problem(at: "source", "names more than one archive to unpack") }
      if p.isGiven("level") { p.problem(at: "level", "is for packing only") }
      return
    }
    for name in ["max_bytes", "max_files", "max_ratio"] where p.isGiven(name) {
      p.problem(at: name, "is for operation: extract only")
    }
    guard !p.isOpen("format") else { return }
    let format = packedFormat
    if format == .gzip, sources.count > 1 {
      p.problem(at: "source", "gz holds one file", hint: "use format: tar.gz for several")
    }
    guard let level, !p.isOpen("level") else { return }
    guard let levels = format.levels else {
      p.problem(at: "level", "a tar alone is not compressed", hint: "use format: tar.gz")
      return
    }
    if !levels.contains(level) {
      p.problem(
        at: "level",
        "\(format.rawValue) has levels from \(levels.lowerBound) to \(levels.upperBound), not \(level)")
    }
  }

  private var packedFormat: ArchiveFormat {
    format ?? ArchiveFormat(fileName: PathText.name(destination)) ?? .tarGzip
  }

  /// True for `x.rar`; not for `backup`, nor for `release-1.2`.
  private var isNameOfAnotherForm: Bool {
    let name = PathText.name(destination)
    guard format == nil, ArchiveFormat(fileName: name) == nil, let dot = name.lastIndex(of: ".") else {
      return false
    }
    return dot > name.startIndex && name[name.index(after: dot)...].first?.isLetter == true
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let filters = exclude
    let isExcluded: @Sendable (String, String) -> Bool = { name, path in
      filters.contains { $0.matches(name: name, path: path) }
    }
    let report: ArchiveReport
    let place: String
    if isExtraction {
      (report, place) = try await extract(context, isExcluded)
    } else {
      place = destination
      if isNameOfAnotherForm {
        context.warn("\(destination) tells no form of archive that is known: it is made as tar.gz")
      }
      let lock = try await context.files.lock(destination)
      defer { lock.release() }
      report = try await context.archives.pack(
        PackRequest(sources, into: destination, as: packedFormat, level: level, isExcluded: isExcluded))
    }
    for warning in report.warnings { context.warn(warning) }
    return [
      "source": sources.count == 1 ? .string(sources[0]) : .array(sources.map(JSON.string)),
      "destination": .string(place), "format": .string(report.format.rawValue),
      "compressed": .bool(!isExtraction), "files": JSON(report.files),
      "input_bytes": JSON(report.inputBytes), "output_bytes": JSON(report.outputBytes),
      "ratio": report.inputBytes == 0
        ? .null : .double(Double(report.outputBytes) / Double(report.inputBytes)),
    ]
  }

  private func extract(
    _ context: StepContext, _ isExcluded: @escaping @Sendable (String, String) -> Bool
  ) async throws(StepFailure) -> (ArchiveReport, place: String) {
    let format = format ?? ArchiveFormat(fileName: PathText.name(sources[0]))
    var place = destination
    if format == .gzip {
      let there = try await context.files.status(destination)
      if there?.kind == .directory || destination.hasSuffix("/") {
        let name = PathText.name(sources[0])
        let isNamed = name.lowercased().hasSuffix(".gz") && name.utf8.count > 3
        place = PathText.join(destination, isNamed ? String(name.dropLast(3)) : name + ".out")
      }
    }
    let report = try await context.archives.unpack(
      UnpackRequest(sources[0], into: place, as: format, bounds: bounds, isExcluded: isExcluded))
    return (report, place)
  }
}
