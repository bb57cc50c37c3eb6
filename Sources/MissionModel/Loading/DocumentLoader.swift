package import Formats

/// Turns the bytes of a document into a mission, or into everything that is wrong with it at once (contract
/// §1).
///
/// Documents are walked once, without a tree: parameters are parsed step by step, checked against their
/// step type, and dropped. Lines and columns are looked up afterwards, and only where there is something to
/// say.
package struct DocumentLoader: Sendable {
  /// What an unknown field is.
  package enum UnknownFields: String, Sendable, CaseIterable { case error, warn }

  /// A mission and what is worth saying about it.
  package struct Loaded: Sendable {
    package let mission: Mission
    /// The language of the document, also where it had to be found out.
    package let format: DocumentFormat
    /// Warnings only, in the order of the text.
    package let warnings: [Problem]
  }

  private let catalog: StepCatalog
  private let limits: Limits
  private let unknownFields: UnknownFields
  private let review: MissionReview
  private let makeSide: (@Sendable () -> SideThread)?

  /// Makes a loader for the step types of `catalog` and documents within `limits`.
  ///
  /// - Parameters:
  ///   - review: says no to sound missions; its problems come with the others.
  ///   - makeSide: gives the second thread that checks a large document.
  package init(
    catalog: StepCatalog, limits: Limits = Limits(), unknownFields: UnknownFields = .error,
    review: MissionReview = .none, makeSide: (@Sendable () -> SideThread)? = nil
  ) {
    self.review = review
    self.makeSide = makeSide
    self.catalog = catalog
    self.limits = limits
    self.unknownFields = unknownFields
  }

  /// Loads `bytes`, which are of `format`, or of the one that they look like where nobody said.
  ///
  /// `context` are the variables that the submission brings.
  /// Throws `ValidationError` with all problems, in the order of the text.
  package func load(
    _ bytes: [UInt8], as format: DocumentFormat? = nil, context: JSONObject = [:]
  ) throws(ValidationError) -> Loaded {
    guard bytes.count <= limits.maxMissionBytes else {
      let size = "the document has \(bytes.count) bytes"
      throw ValidationError([Problem(at: "", "\(size): the limit is \(limits.maxMissionBytes)")])
    }
    do throws(Failure) {
      return try load(bytes, inferring: format, context)
    } catch {
      throw error.validationError
    }
  }

  /// Documents from this size on are checked by two threads.
  private static let largeBytes = 1 << 20

  /// Why nothing was loaded: text that is not of its language at all, or a document that is no mission.
  private enum Failure: Error {
    case syntax(Problem)
    case invalid(ValidationError)

    var validationError: ValidationError {
      switch self {
      case .syntax(let problem): ValidationError([problem])
      case .invalid(let error): error
      }
    }
  }

  private func load(
    _ bytes: [UInt8], inferring format: DocumentFormat?, _ context: JSONObject
  ) throws(Failure) -> Loaded {
    if let format { return try load(bytes, of: format, context) }
    guard Self.looksLikeJSON(bytes) else { return try load(bytes, of: .yaml, context) }
    do throws(Failure) {
      return try load(bytes, of: .json, context)
    } catch .syntax(let problem) {
      // A flow map of YAML begins like an object; if it is no YAML either, JSON is what was meant.
      do throws(Failure) {
        return try load(bytes, of: .yaml, context)
      } catch .syntax {
        throw .syntax(problem)
      }
    }
  }

  private func load(
    _ bytes: [UInt8], of format: DocumentFormat, _ context: JSONObject
  ) throws(Failure) -> Loaded {
    switch format {
    case .json: return try read(bytes, source: bytes, format: .json, context)
    case .yaml:
      let arena: [UInt8]
      do { arena = try YAMLTranscoder.transcode(bytes, limits: documentLimits) } catch {
        throw .syntax(Self.problem(error.message, at: error.position))
      }
      return try read(arena, source: bytes, format: .yaml, context)
    }
  }

  private var documentLimits: DocumentLimits {
    var limits = DocumentLimits()
    limits.depth = self.limits.maxDepth
    limits.scalarBytes = self.limits.maxScalarBytes
    limits.aliasNodes = self.limits.maxAliasNodes
    limits.totalBytes = 2 * self.limits.maxMissionBytes
    limits.allowsNUL = false
    return limits
  }

  /// Reads `arena`, the document as JSON, and explains problems by `source`, the document as it was sent.
  private func read(
    _ arena: [UInt8], source: [UInt8], format: DocumentFormat, _ context: JSONObject
  ) throws(Failure)
    -> Loaded
  {
    var readingLimits = documentLimits
    // In transcoded YAML an escape counts as more than the character that it stands for.
    if format == .yaml { readingLimits.scalarBytes = .max }
    var reading = MissionReading(
      catalog: catalog, limits: limits, unknownFields: unknownFields,
      checks: StepChecks(review, beside: arena.count >= Self.largeBytes ? makeSide?() : nil))
    do {
      try JSONReader.read(arena, limits: readingLimits) { (reader) throws(JSONError) in
        try reading.read(&reader)
      }
    } catch {
      throw .syntax(Self.problem(error.message, at: error.position))
    }
    let mission = reading.finish(source: arena)
    if let mission, reading.isGraphSound {
      var references = ReferenceCheck(mission, catalog: catalog, context: context, limits: limits)
      reading.add(references.run())
    }
    if let mission {
      reading.add(review.mission(mission))
      reading.add(ConnectionPasswords.warnings(about: mission))
    }
    let problems = Self.withoutPasswords(of: arena, reading.problems.located(in: source, format))
    guard let mission, !problems.contains(where: { $0.severity == .error }) else {
      throw .invalid(ValidationError(problems))
    }
    return Loaded(mission: mission, format: format, warnings: problems)
  }

  /// Problems quote values; the passwords in those are for nobody's eyes.
  private static func withoutPasswords(of document: [UInt8], _ problems: [Problem]) -> [Problem] {
    guard !problems.isEmpty, document.contains(UInt8(ascii: "@")) else { return problems }
    let masker = Masker(ConnectionPasswords.inside(String(decoding: document, as: UTF8.self)))
    guard !masker.isEmpty else { return problems }
    return problems.map { problem in
      var masked = problem
      masked.message = masker.mask(message: problem.message)
      masked.hint = problem.hint.map { masker.mask(message: $0) }
      return masked
    }
  }

  private static func problem(_ message: String, at position: TextPosition) -> Problem {
    Problem(at: "", message, line: position.line, column: position.column)
  }

  /// Whether the first character that is not blank begins a JSON object or array.
  private static func looksLikeJSON(_ bytes: [UInt8]) -> Bool {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    let first = text.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }
}
