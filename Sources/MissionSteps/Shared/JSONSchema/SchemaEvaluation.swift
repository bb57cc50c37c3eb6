import Formats
import MissionModel

/// One validation of one value: applies nodes to it, notes what is wrong, and which parts were looked at.
struct SchemaEvaluation {
  let nodes: [SchemaNode]
  let dynamicTargets: [String: [Int: Int]]
  let limits: JSONSchema.Limits
  private let isCancelled: HeavyWork.IsCancelled
  private(set) var violations: [SchemaViolation] = []

  /// Where the value stands inside the whole: member names and indices.
  private var path: [String] = []
  /// The resources under way, outermost first, for dynamic references.
  private var scope: [Int] = []
  /// The nodes under way, each with the depth of its value: one that comes again at one value never ends.
  private var active: [(node: Int, depth: Int)] = []
  /// Above zero while nobody wants to know what is wrong, only whether.
  private var quietness = 0
  private var steps = 0

  init(
    nodes: [SchemaNode], dynamicTargets: [String: [Int: Int]], limits: JSONSchema.Limits,
    isCancelled: @escaping HeavyWork.IsCancelled
  ) {
    self.nodes = nodes
    self.dynamicTargets = dynamicTargets
    self.limits = limits
    self.isCancelled = isCancelled
  }

  /// Whether `value` is as the node says. What its keywords looked at is added to `seen`, if it is.
  mutating func apply(_ node: Int, to value: JSON, _ seen: inout SeenParts) throws(StepFailure) -> Bool {
    let rules = nodes[node].rules
    if rules.isEmpty { return true }
    try enter(node)
    defer { leave(node) }
    var isValid = true
    for rule in rules {
      let holds: Bool =
        switch rule {
        case .assertion(let assertion): try check(assertion, value)
        case .applicator(let applicator): try apply(applicator, to: value, &seen)
        case .reference(.fixed(let target)): try applyInPlace(target, value, &seen)
        case .reference(.dynamic(let target, let anchor)):
          try applyInPlace(dynamicTarget(of: anchor, otherwise: target), value, &seen)
        // After a failure it is not known what would have been looked at.
        case .unevaluated(let keyword): isValid ? try apply(keyword, to: value, &seen) : true
        case .never: fail("false", "nothing is allowed here")
        }
      if holds { continue }
      isValid = false
      if isQuiet { break }
    }
    return isValid
  }

  /// Applies another schema to the same value: it sees only what it has looked at itself, and that counts for
  /// the present one if it holds.
  mutating func applyInPlace(
    _ node: Int, _ value: JSON, _ seen: inout SeenParts
  ) throws(StepFailure) -> Bool {
    var looked = SeenParts()
    guard try apply(node, to: value, &looked) else { return false }
    seen.formUnion(looked)
    return true
  }

  /// Whether `value`, a member or element of the present one, is as the node says.
  mutating func apply(_ node: Int, inside key: String, to value: JSON) throws(StepFailure) -> Bool {
    path.append(key)
    defer { path.removeLast() }
    var seen = SeenParts()
    return try apply(node, to: value, &seen)
  }

  private mutating func enter(_ node: Int) throws(StepFailure) {
    steps += 1
    if steps & 0xfff == 0, isCancelled() { throw .cancelled }
    guard steps <= limits.steps else {
      throw StepFailure("validate \(place): the schema takes more than \(limits.steps) checks")
    }
    // A second time may lead elsewhere through a dynamic reference, a third cannot.
    var repeats = 0
    for frame in active.reversed() {
      if frame.depth != path.count { break }
      if frame.node == node { repeats += 1 }
    }
    guard repeats < 2 else {
      throw StepFailure("validate \(place): the schema refers to itself without end")
    }
    guard active.count < limits.depth else {
      throw StepFailure("validate \(place): the schema is nested more than \(limits.depth) levels deep here")
    }
    active.append((node, path.count))
    scope.append(nodes[node].resource)
  }

  private mutating func leave(_ node: Int) {
    active.removeLast()
    scope.removeLast()
  }

  private func dynamicTarget(of anchor: String, otherwise fallback: Int) -> Int {
    guard let targets = dynamicTargets[anchor] else { return fallback }
    for resource in scope { if let target = targets[resource] { return target } }
    return fallback
  }
}

// MARK: Saying what is wrong

extension SchemaEvaluation {
  /// True while only the answer matters.
  var isQuiet: Bool { quietness > 0 }

  /// The value's place for messages.
  private var place: String { path.isEmpty ? "the value" : pointer }

  private var pointer: String { path.reduce("") { $0 + "/" + SchemaDocuments.escape($1) } }

  /// Notes that a keyword is not met; false, for the caller to return.
  mutating func fail(_ keyword: String, _ message: @autoclosure () -> String) -> Bool {
    if !isQuiet, violations.count < limits.violations {
      violations.append(SchemaViolation(path: pointer, keyword: keyword, message: message()))
    }
    return false
  }

  /// Notes that a keyword is not met by the member or element `key`.
  mutating func fail(_ keyword: String, inside key: String, _ message: @autoclosure () -> String) -> Bool {
    path.append(key)
    defer { path.removeLast() }
    return fail(keyword, message())
  }

  /// Asks whether `value` is as the node says, without noting why not.
  mutating func holds(_ node: Int, _ value: JSON, _ seen: inout SeenParts) throws(StepFailure) -> Bool {
    quietness += 1
    defer { quietness -= 1 }
    return try apply(node, to: value, &seen)
  }

  /// The same for a member or element.
  mutating func holds(_ node: Int, inside key: String, _ value: JSON) throws(StepFailure) -> Bool {
    quietness += 1
    defer { quietness -= 1 }
    return try apply(node, inside: key, to: value)
  }

  /// Applies one of several schemas; gives what it notes apart, for the caller to choose from.
  mutating func attempt(
    _ node: Int, _ value: JSON, _ seen: inout SeenParts
  ) throws(StepFailure) -> (isValid: Bool, violations: [SchemaViolation]) {
    let before = violations
    violations = []
    defer { violations = before }
    let isValid = try apply(node, to: value, &seen)
    return (isValid, violations)
  }

  /// Notes what `attempt` gave.
  mutating func note(_ others: [SchemaViolation]) {
    guard !isQuiet else { return }
    violations += others.prefix(max(0, limits.violations - violations.count))
  }

  /// True for what was noted of the present value itself, not of something inside it.
  func isHere(_ violation: SchemaViolation) -> Bool { violation.path == pointer }
}

/// The members and elements of one value that some keyword has looked at, for `unevaluated…`.
struct SeenParts {
  private var words: [UInt64] = []
  private var isAll = false

  /// Whether the member or element at `index` was looked at.
  func contains(_ index: Int) -> Bool {
    isAll || (index >> 6 < words.count && words[index >> 6] & (1 << (index & 63)) != 0)
  }

  /// Marks one.
  mutating func insert(_ index: Int) {
    while words.count <= index >> 6 { words.append(0) }
    words[index >> 6] |= 1 << (index & 63)
  }

  /// Marks all there are.
  mutating func insertAll() { isAll = true }

  /// Marks what `other` has marked.
  mutating func formUnion(_ other: SeenParts) {
    isAll = isAll || other.isAll
    while words.count < other.words.count { words.append(0) }
    for (index, word) in other.words.enumerated() { words[index] |= word }
  }
}
