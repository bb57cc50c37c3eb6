package import Formats

/// Hands a step type its parameters, and remembers what the type asked for.
///
/// One declaration serves all readers: validation, JSON Schema, reference, policy and safety report. When
/// describing there are no values: required parameters come as stand-ins. When checking at submission,
/// values with open placeholders pass as stand-ins. Every problem is collected, never just the first.
///
/// What reads a value is compiled for the types that most parameters are of: where it was generic only, a
/// sixth of the time of a large document went into looking up types.
package struct ParameterReader: Sendable {
  /// What the reader is used for.
  package enum Purpose: Sendable { case describing, checking, running }

  package let purpose: Purpose
  /// Compiles what is checked at submission.
  package let patterns: Patterns
  private let given: JSONObject
  /// What the step type declared, in order.
  package private(set) var declared: [ParameterDeclaration] = []
  /// Rules between parameters, in order.
  package private(set) var groups: [ParameterGroup] = []
  /// What is wrong so far; pointers are relative to the parameters.
  package private(set) var problems: [Problem] = []
  /// The parameters that were asked for, while reading.
  private var spellings: [(name: String, aliases: [String])] = []
  /// Which members of `given` were asked for.
  private var asked: [Bool]

  /// Reads `given` for `purpose`; `patterns` judge regular expressions when checking.
  package init(_ given: JSONObject, for purpose: Purpose, patterns: Patterns = .unjudged) {
    self.given = given
    self.purpose = purpose
    self.patterns = patterns
    asked = [Bool](repeating: false, count: given.count)
    if purpose != .describing { spellings.reserveCapacity(16) }
  }

  /// What every step type understands besides its own.
  private static let shared = ["output_variable", "timeout_seconds"]

  /// Reads a parameter that must be there.
  @specialized(where Value == String)
  @specialized(where Value == [String])
  @specialized(where Value == Bool)
  @specialized(where Value == Int)
  @specialized(where Value == StringMap)
  package mutating func required<Value>(
    _ name: String, aliases: [String] = [], _ kind: @autoclosure () -> ParameterKind<Value>, _ summary: String
  ) -> Value {
    guard purpose != .describing else {
      let kind = kind()
      declare(name, aliases, kind, summary, isRequired: true, default: nil)
      return kind.stand
    }
    guard let found = find(name, aliases) else {
      noteMissing(name)
      return kind().stand
    }
    let kind = kind()
    return read(found.value, at: found.key, as: kind) ?? kind.stand
  }

  /// Reads a parameter that has a default.
  @specialized(where Value == String)
  @specialized(where Value == [String])
  @specialized(where Value == Bool)
  @specialized(where Value == Int)
  @specialized(where Value == StringMap)
  package mutating func optional<Value>(
    _ name: String, aliases: [String] = [], _ kind: @autoclosure () -> ParameterKind<Value>,
    default fallback: Value, _ summary: String
  ) -> Value {
    guard purpose != .describing else {
      let kind = kind()
      declare(name, aliases, kind, summary, isRequired: false, default: kind.encode(fallback))
      return fallback
    }
    guard let found = find(name, aliases) else { return fallback }
    return read(found.value, at: found.key, as: kind()) ?? fallback
  }

  /// Reads a parameter that may be left out; null counts as left out.
  @specialized(where Value == String)
  @specialized(where Value == [String])
  @specialized(where Value == Bool)
  @specialized(where Value == Int)
  @specialized(where Value == StringMap)
  package mutating func optional<Value>(
    _ name: String, aliases: [String] = [], _ kind: @autoclosure () -> ParameterKind<Value>, _ summary: String
  ) -> Value? {
    guard purpose != .describing else {
      declare(name, aliases, kind(), summary, isRequired: false, default: nil)
      return nil
    }
    guard let found = find(name, aliases) else { return nil }
    return read(found.value, at: found.key, as: kind())
  }

  /// Demands that exactly one of the parameters `names`, all declared before, is given.
  package mutating func exactlyOne(of names: [String]) { group(ParameterGroup(.exactlyOne, names)) }
  /// Demands that at most one of the parameters `names` is given.
  package mutating func atMostOne(of names: [String]) { group(ParameterGroup(.atMostOne, names)) }
  /// Demands that at least one of the parameters `names` is given.
  package mutating func atLeastOne(of names: [String]) { group(ParameterGroup(.atLeastOne, names)) }

  /// True if the parameter, or one of its aliases, was given with a value other than null.
  package func isGiven(_ name: String) -> Bool {
    let aliases = spellings.first { $0.name == name }?.aliases ?? []
    return ([name] + aliases).contains { spelling in given[spelling].map { !$0.isNull } ?? false }
  }

  /// True if the given value still has placeholders to fill, so that nothing can be said of it yet.
  package func isOpen(_ name: String) -> Bool {
    guard purpose == .checking, let known = spellings.first(where: { $0.name == name }) else { return false }
    let value = ([known.name] + known.aliases).lazy.compactMap { given[$0] }.first { !$0.isNull }
    return value?.hasPlaceholder ?? false
  }

  /// The value as it was written, placeholders included, under any spelling: for the few parameters whose
  /// placeholders are judged before they are filled. Nil when describing.
  package func written(_ name: String) -> JSON? {
    guard purpose != .describing else { return nil }
    let aliases = spellings.first { $0.name == name }?.aliases ?? []
    return ([name] + aliases).lazy.compactMap { given[$0] }.first { !$0.isNull }
  }

  /// Reports a problem that no kind could see, such as two parameters that exclude each other.
  ///
  /// - Parameters:
  ///   - part: pointer to the part of the value at fault.
  ///   - isAboutPlaceholders: true reports it of a value whose placeholders are not filled too.
  package mutating func problem(
    at name: String, part: String = "", _ message: String, hint: String? = nil,
    isAboutPlaceholders: Bool = false
  ) {
    guard purpose != .describing, isAboutPlaceholders || !isOpen(name) else { return }
    problems.append(Problem(at: "/" + JSONPointer.escape(name) + part, message, hint: hint))
  }

  /// Reports at submission a regular expression that cannot be compiled; `part` leads to it in the value.
  package mutating func checkPattern(
    at name: String, part: String = "", _ pattern: String, _ options: PatternOptions = PatternOptions()
  ) {
    guard purpose == .checking, !ReadingRules(converts: false).isOpen(pattern) else { return }
    do throws(StepFailure) { _ = try patterns.compile(pattern, options) } catch {
      problem(at: name, part: part, error.message)
    }
  }

  /// Reports what was given but never asked for; to be called once, after the step type's `init`.
  package mutating func finish() {
    for (place, key) in given.keys.enumerated() where !asked[place] && !Self.shared.contains(key) {
      // A type may name what every step understands as a spelling of its own.
      let known = Set(spellings.flatMap { [$0.name] + $0.aliases } + Self.shared).sorted()
      let closest = EditDistance.closest(to: key, among: known)
      problems.append(
        Problem(
          at: "/" + JSONPointer.escape(key), "unknown parameter",
          hint: closest.map { "did you mean \"\($0)\"?" }
            ?? "known are " + known.joined(separator: ", "),
          concernsKey: true))
    }
  }

  /// The value that is given under one of the spellings; two of them are a problem.
  private mutating func find(_ name: String, _ aliases: [String]) -> (key: String, value: JSON)? {
    spellings.append((name, aliases))
    var found: (key: String, value: JSON)?
    if let value = ask(name) { found = (name, value) }
    for alias in aliases {
      guard let value = ask(alias) else { continue }
      guard let first = found else {
        found = (alias, value)
        continue
      }
      problems.append(
        Problem(
          at: "/" + JSONPointer.escape(alias), "is another spelling of \"\(first.key)\", which is given too",
          hint: "keep one of them", concernsKey: true))
    }
    return found
  }

  /// The value of one key, if it is there and not null; marks it as asked for.
  private mutating func ask(_ key: String) -> JSON? {
    guard let place = given.position(of: key) else { return nil }
    asked[place] = true
    let value = given[place].value
    return value.isNull ? nil : value
  }

  private mutating func read<Value>(_ value: JSON, at key: String, as kind: ParameterKind<Value>) -> Value? {
    var rules = ReadingRules(converts: purpose == .running)
    if purpose == .checking, case .string(let text) = value, rules.isOpen(text) { return kind.stand }
    if let result = kind.read(value, &rules) { return result }
    noteWrong(value, at: key, rules, kind.expectation)
    return nil
  }

  private mutating func noteMissing(_ name: String) {
    problems.append(Problem(at: "/" + JSONPointer.escape(name), "is required"))
  }

  private mutating func noteWrong(_ value: JSON, at key: String, _ rules: ReadingRules, _ expectation: String)
  {
    problems.append(
      Problem(
        at: "/" + JSONPointer.escape(key) + rules.path,
        rules.message ?? "expected \(expectation), not \(value.excerpt)"))
  }

  private mutating func declare<Value>(
    _ name: String, _ aliases: [String], _ kind: ParameterKind<Value>, _ summary: String, isRequired: Bool,
    default fallback: JSON?
  ) {
    declared.append(
      ParameterDeclaration(
        name: name, aliases: aliases, expectation: kind.expectation, schema: kind.schema, access: kind.access,
        filling: kind.filling, isRequired: isRequired, fallback: fallback, summary: summary))
  }

  private mutating func group(_ group: ParameterGroup) {
    groups.append(group)
    guard purpose != .describing else { return }
    let present = group.names.filter(isGiven)
    let list = group.names.map { "\"\($0)\"" }.joined(separator: ", ")
    if present.isEmpty, group.rule != .atMostOne {
      problems.append(
        Problem(at: "", group.rule == .exactlyOne ? "needs one of \(list)" : "needs at least one of \(list)"))
    }
    if present.count > 1, group.rule != .atLeastOne {
      problems.append(
        Problem(
          at: "/" + JSONPointer.escape(present[1]), "excludes \"\(present[0])\"", hint: "give one of \(list)")
      )
    }
  }
}

/// One parameter as its step type declares it.
package struct ParameterDeclaration: Sendable, Equatable {
  package let name: String
  /// Other spellings of the same parameter.
  package let aliases: [String]
  /// Completes "expected …".
  package let expectation: String
  package let schema: JSON
  package let access: ParameterAccess?
  package let filling: ParameterFilling
  package let isRequired: Bool
  /// The default, if there is one.
  package let fallback: JSON?
  /// One sentence with a full stop.
  package let summary: String
}

/// A rule about how many of some parameters may be given.
package struct ParameterGroup: Sendable, Equatable {
  /// The rule.
  package enum Rule: String, Sendable { case exactlyOne, atMostOne, atLeastOne }
  package let rule: Rule
  package let names: [String]

  init(_ rule: Rule, _ names: [String]) {
    self.rule = rule
    self.names = names
  }
}
