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
  private let largeBytes: Int

  /// Makes a loader for the step types of `catalog` and documents within `limits`.
  ///
  /// - Parameters:
  ///   - review: says no to sound missions; its problems come with the others.
  ///   - makeSide: gives the second thread that reads and checks a large document.
  ///   - largeBytes: from which size on a document is worth it.
  package init(
    catalog: StepCatalog, limits: Limits = Limits(), unknownFields: UnknownFields = .error,
    review: MissionReview = .none, makeSide: (@Sendable () -> SideThread)? = nil, largeBytes: Int = 1 << 20
  ) {
    self.review = review
    self.makeSide = makeSide
    self.largeBytes = largeBytes
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

  private static let stepsAtOnce = 128

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
    case .json: return try read(bytes, makeSteps(beside: side(for: bytes)), source: bytes, .json, context)
    case .yaml:
      let (arena, steps) = try transcode(bytes)
      return try read(arena, steps, source: bytes, .yaml, context)
    }
  }

  /// The second thread for a document that is worth it.
  private func side(for document: [UInt8]) -> SideThread? {
    document.count >= largeBytes ? makeSide?() : nil
  }

  private func makeSteps(beside side: SideThread? = nil) -> StepsReading {
    StepsReading(
      catalog: catalog, limits: limits, unknownFields: unknownFields, checks: StepChecks(review, beside: side)
    )
  }

  /// The document as JSON. The steps of a large one are read ahead on the side thread.
  private func transcode(_ bytes: [UInt8]) throws(Failure) -> ([UInt8], StepsReading) {
    do throws(YAMLError) {
      guard let side = side(for: bytes) else {
        return (try YAMLTranscoder.transcode(bytes, limits: documentLimits), makeSteps())
      }
      defer { side.join() }
      let (steps, limits) = (makeSteps(), readingLimits(.yaml))
      let tap = YAMLListTap(key: "steps", batch: Self.stepsAtOnce) { json in
        let (elements, place) = (Array(json), json.startIndex)
        side.add { steps.readAhead(elements, at: place, limits) }
      }
      let arena = try YAMLTranscoder.transcode(bytes, limits: documentLimits, tap: tap)
      side.join()
      return (arena, steps.hasFailed ? makeSteps() : steps)
    } catch { throw .syntax(Self.problem(error.message, at: error.position)) }
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

  private func readingLimits(_ format: DocumentFormat) -> DocumentLimits {
    var limits = documentLimits
    // In transcoded YAML an escape counts as more than the character that it stands for.
    if format == .yaml { limits.scalarBytes = .max }
    return limits
  }

  /// Reads `arena`, the document as JSON, and explains problems by `source`, the document as it was sent.
  private func read(
    _ arena: [UInt8], _ steps: StepsReading, source: [UInt8], _ format: DocumentFormat, _ context: JSONObject
  ) throws(Failure) -> Loaded {
    var reading = MissionReading(unknownFields: unknownFields, steps: steps)
    do {
      try JSONReader.read(arena, limits: readingLimits(format)) { (reader) throws(JSONError) in
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
