package import Formats
package import MissionModel

/// A JSON Schema, compiled once and applied to any number of values.
///
/// Editions 2020-12, which holds where no `$schema` says otherwise, and draft 7. `format` and `content…` are
/// annotations: they are not checked. Nothing is fetched: a reference leads into the schema itself, into
/// one of the documents given along, or to the schemas of schemas of those editions.
package struct JSONSchema: Sendable {
  /// Bounds for hostile schemas.
  package struct Limits: Sendable, Equatable {
    /// Schemas applied inside one another.
    package var depth = 800
    /// Schemas applied in one validation.
    package var steps = 20_000_000
    /// Violations that are listed.
    package var violations = 1000

    /// The limits of missiond.
    package init() {}
  }

  /// The edition of a schema that does not name its own.
  package enum Edition: Sendable { case draft7, draft2020 }

  /// What is probably a mistake in the schema, although a validator has to ignore it, such as `requird`.
  package let warnings: [Problem]
  private let nodes: [SchemaNode]
  private let dynamicTargets: [String: [Int: Int]]
  private let root: Int
  private let limits: Limits

  /// Compiles `document`, whose references may lead to `documents`, by address. Throws all that is wrong.
  package init(
    _ document: JSON, documents: [String: JSON] = [:], address: String = "",
    edition: Edition = .draft2020, patterns: Patterns, limits: Limits = Limits()
  ) throws(ValidationError) {
    var sources = SchemaDocuments(documents)
    let resource: Int
    do throws(SchemaProblem) {
      resource = try sources.add(
        document, address: address, dialect: edition == .draft7 ? .draft7 : .draft2020)
    } catch { throw ValidationError([Problem(at: error.pointer, error.message)]) }
    var compiler = SchemaCompiler(sources, patterns: patterns)
    root = compiler.compile(document, resource: resource)
    guard compiler.problems.isEmpty else {
      // The compiler looks at the last of several first.
      let problems = compiler.problems.sorted { $0.pointer < $1.pointer }
      throw ValidationError(problems.map { Problem(at: $0.pointer, $0.message) })
    }
    warnings = compiler.warnings.map { Problem(.warning, at: $0.pointer, $0.message) }
    nodes = compiler.nodes
    dynamicTargets = compiler.dynamicTargets
    self.limits = limits
  }

  /// What is wrong with `value`, at most `limits.violations` things; nothing if it is valid.
  ///
  /// Throws where the schema has no answer: it refers to itself without end, or passes a limit; and
  /// `.cancelled` once `isCancelled` says so.
  package func validate(
    _ value: JSON, isCancelled: HeavyWork.IsCancelled = { Task.isCancelled }
  ) throws(StepFailure) -> [SchemaViolation] {
    try withoutActuallyEscaping(isCancelled) { (isCancelled) throws(StepFailure) in
      try evaluate(value, isCancelled)
    }
  }

  private func evaluate(
    _ value: JSON, _ isCancelled: @escaping HeavyWork.IsCancelled
  ) throws(StepFailure) -> [SchemaViolation] {
    var evaluation = SchemaEvaluation(
      nodes: nodes, dynamicTargets: dynamicTargets, limits: limits, isCancelled: isCancelled)
    var seen = SeenParts()
    _ = try evaluation.apply(root, to: value, &seen)
    return evaluation.violations
  }
}

/// One demand of a schema that a value does not meet.
package struct SchemaViolation: Sendable, Equatable {
  /// JSON pointer to the part of the value at fault; empty for the whole.
  package let path: String
  /// The keyword of the schema that demands it.
  package let keyword: String
  /// What is wrong, in lower case without a full stop.
  package let message: String

  /// Describes what is wrong.
  package init(path: String, keyword: String, message: String) {
    self.path = path
    self.keyword = keyword
    self.message = message
  }

  /// As a step's output shows it.
  package var json: JSON {
    ["path": .string(path), "keyword": .string(keyword), "message": .string(message)]
  }
}
