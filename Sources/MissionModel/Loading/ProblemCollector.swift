import Formats

extension Problem {
  /// Problems whose pointers are known, with their lines and columns in the document, in its order.
  package static func located(
    _ problems: [Problem], in document: [UInt8], _ format: DocumentFormat
  ) -> [Problem] {
    var collector = ProblemCollector()
    collector.add(problems, under: "")
    return collector.located(in: document, format)
  }
}

/// Gathers the problems of one document, up to a bound, and finds their places in the text at the end.
struct ProblemCollector {
  /// Beyond this many a document is hostile or hopeless: the rest is only counted.
  static let capacity = 1000

  private var problems: [Problem] = []
  private var omitted = 0

  /// True if there is room: what costs time to say need not be said otherwise.
  var hasRoom: Bool { problems.count < Self.capacity }

  /// How many there are, those that are only counted included.
  var count: Int { problems.count + omitted }

  /// Adds one problem.
  mutating func add(_ problem: Problem) {
    if hasRoom { problems.append(problem) } else { omitted += 1 }
  }

  /// Adds an error.
  mutating func add(at pointer: String, _ message: String, hint: String? = nil, concernsKey: Bool = false) {
    add(Problem(at: pointer, message, hint: hint, concernsKey: concernsKey))
  }

  /// Adds the problems of a part whose pointers begin at `prefix`.
  mutating func add(_ problems: [Problem], under prefix: String) {
    for var problem in problems {
      problem.pointer = prefix + problem.pointer
      add(problem)
    }
  }

  /// Adds what another collector has.
  mutating func add(_ other: ProblemCollector) {
    for problem in other.problems { add(problem) }
    omitted += other.omitted
  }

  /// The problems in the order of the text, each with its line and column.
  ///
  /// What is missing stands where the thing stands that lacks it.
  func located(in source: [UInt8], _ format: DocumentFormat) -> [Problem] {
    guard !problems.isEmpty else { return [] }
    let chains = problems.map { Self.pointerAndAncestors($0.pointer) }
    let language: SourceLocator.Language =
      switch format {
      case .json: .json
      case .yaml: .yaml
      }
    let places = SourceLocator.locate(Set(chains.joined()), in: source, language)
    var located = problems
    for (index, chain) in chains.enumerated() {
      guard let pointer = chain.first(where: { places[$0] != nil }), let place = places[pointer] else {
        continue
      }
      let isExact = pointer == located[index].pointer
      let position = isExact && !located[index].concernsKey ? place.value : place.key ?? place.value
      located[index].line = position.line
      located[index].column = position.column
    }
    var sorted = located.enumerated().sorted { left, right in
      (left.element.line, left.element.column, left.offset)
        < (right.element.line, right.element.column, right.offset)
    }.map(\.element)
    if omitted > 0 { sorted.append(Problem(at: "", "and \(omitted) more problems")) }
    return sorted
  }

  /// `/a/b/c`, `/a/b`, `/a` and the whole.
  private static func pointerAndAncestors(_ pointer: String) -> [String] {
    var chain = [pointer]
    var rest = Substring(pointer)
    while let slash = rest.lastIndex(of: "/") {
      rest = rest[..<slash]
      chain.append(String(rest))
    }
    return chain
  }
}
