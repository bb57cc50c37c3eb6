package import Formats

/// Checks what the placeholders of a mission name, before anything runs (contract §4).
///
/// To be used on a mission whose graph is sound. Pointers are into the document; places are filled in by the
/// loader.
package struct ReferenceCheck {
  private let mission: Mission
  private let catalog: StepCatalog
  private let contextNames: Set<String>
  private let submitted: [String]
  private var budget: Int
  private var places: [String: Int] = [:]
  private var setters: [String: [Int]] = [:]
  private var problems: [Problem] = []

  /// Roots of placeholders that are no steps and no variables.
  private static let roots: Set<String> = ["env", "context", "config", "secret", "mission", "steps"]
  private static let fields = ["output", "status", "error", "duration_ms"]

  /// Prepares the check of `mission`; `context` are the variables that the submission brings.
  package init(_ mission: Mission, catalog: StepCatalog, context: JSONObject, limits: Limits) {
    self.mission = mission
    self.catalog = catalog
    submitted = context.keys
    contextNames = Set(mission.context.keys).union(context.keys)
    budget = limits.maxAncestorWork
  }

  /// Everything that is wrong or doubtful, in document order.
  package mutating func run() -> [Problem] {
    let hasSomething =
      mission.source.contains(pair: UInt8(ascii: "{")) || !contextNames.isEmpty
      || mission.source.contains(Self.setterKey)
    guard hasSomething else { return [] }
    for (place, step) in mission.steps.enumerated() { places[step.id] = place }
    // Those of the document are checked where it is read.
    for name in submitted { checkName(name, at: "/context/" + JSONPointer.escape(name)) }
    var templated: [(Int, JSONObject)] = []
    for (place, step) in mission.steps.enumerated() where mayName(step) {
      // They were read when the mission was loaded, from the same bytes.
      guard let parameters = try? mission.parameters(ofStepAt: place) else { continue }
      templated.append((place, parameters))
      guard let name = parameters["output_variable"]?.stringValue else { continue }
      setters[name, default: []].append(place)
      checkName(name, at: "/steps/\(place)/parameters/output_variable")
    }
    for (place, parameters) in templated { check(parameters, ofStep: place) }
    return problems
  }

  private static let setterKey = Array("\"output_variable\"".utf8)

  private func mayName(_ step: Step) -> Bool {
    mission.source[step.parameters].contains(pair: UInt8(ascii: "{"))
      || mission.source[step.parameters].contains(Self.setterKey)
  }

  private mutating func checkName(_ name: String, at pointer: String) {
    if places[name] != nil {
      problems.append(Problem(at: pointer, "\"\(name)\" is the id of a step", hint: "choose another name"))
    } else if Identifier.reserved.contains(name) {
      problems.append(Problem(at: pointer, "\"\(name)\" is a reserved word", hint: "choose another name"))
    }
  }

  private mutating func check(_ parameters: JSONObject, ofStep place: Int) {
    let declaration = catalog[mission.steps[place].type]
    for (key, value) in parameters {
      let parameter = declaration?.parameters.first { $0.name == key || $0.aliases.contains(key) }
      let filling = parameter?.filling ?? .values
      guard filling != .untouched else { continue }
      check(value, at: "/steps/\(place)/parameters/" + JSONPointer.escape(key), place)
    }
  }

  private mutating func check(_ value: JSON, at pointer: String, _ place: Int) {
    switch value {
    case .null, .bool, .integer, .double, .decimal: break
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        check(element, at: "\(pointer)/\(index)", place)
      }
    case .object(let members):
      for (key, member) in members {
        check(member, at: "\(pointer)/\(JSONPointer.escape(key))", place)
      }
    case .string(let text):
      guard text.contains("{{") else { return }
      for piece in Template(text).pieces {
        switch piece {
        case .text: break
        case .foreign(let source): leave(source, at: pointer, hint: nil)
        case .placeholder(let placeholder):
          check(placeholder, at: pointer, place)
        }
      }
    }
  }

  private mutating func check(_ placeholder: Placeholder, at pointer: String, _ place: Int) {
    let path = placeholder.path
    let isKnown: Bool
    if Self.roots.contains(path[0]) {
      checkRoot(placeholder, at: pointer, place)
      isKnown = true
    } else if let other = places[path[0]] {
      checkStep(other, path.dropFirst(), placeholder, at: pointer, place)
      isKnown = true
    } else {
      isKnown = checkBare(placeholder, at: pointer, place)
    }
    guard isKnown else { return }
    for case .unknown(let name) in placeholder.filters {
      report(placeholder, "there is no filter \"\(name)\"", at: pointer, hint: Filter.wayOut(of: name))
    }
  }

  private mutating func checkRoot(_ placeholder: Placeholder, at pointer: String, _ place: Int) {
    let path = placeholder.path
    switch path[0] {
    case "steps":
      guard path.count > 1, let other = places[path[1]] else {
        let closest = EditDistance.closest(to: path.count > 1 ? path[1] : "", among: places.keys)
        return report(
          placeholder, "there is no such step", at: pointer, hint: closest.map { "did you mean \"\($0)\"?" })
      }
      checkStep(other, path.dropFirst(2), placeholder, at: pointer, place)
    case "context":
      guard path.count == 1 || !isVariable(path[1], place) else { return }
      guard !placeholder.hasFallback else { return }
      let closest = EditDistance.closest(
        to: path.count > 1 ? path[1] : "", among: contextNames.union(setters.keys))
      report(
        placeholder, "no context variable of that name is set before this step", at: pointer,
        hint: closest.map { "did you mean \"\($0)\"?" }
          ?? "set it in context, with --context, or by output_variable")
    case "config":
      let known = mission.config.scalars
      guard path.count != 2 || known[path[1]] == nil, !placeholder.hasFallback else { return }
      let closest = EditDistance.closest(to: path.count > 1 ? path[1] : "", among: known.keys)
      report(
        placeholder, "config has no such setting", at: pointer,
        hint: closest.map { "did you mean \"\($0)\"?" })
    case "mission":
      guard path.count != 2 || !["id", "name", "workspace"].contains(path[1]) else { return }
      report(placeholder, "mission has id, name and workspace", at: pointer, hint: nil)
    default: break
    }
  }

  private mutating func checkStep(
    _ other: Int, _ rest: ArraySlice<String>, _ placeholder: Placeholder, at pointer: String, _ place: Int
  ) {
    let id = mission.steps[other].id
    if mission.isAncestor(other, of: place, budget: &budget) == false {
      report(
        placeholder, "step \"\(mission.steps[place].id)\" does not depend on \"\(id)\"", at: pointer,
        hint: other == place ? "a step cannot name itself" : "add \"\(id)\" to depends_on")
    }
    guard let field = rest.first, Self.fields.contains(field) else {
      let closest = rest.first.flatMap { EditDistance.closest(to: $0, among: Self.fields) }
      return report(
        placeholder, "a step has output, status, error and duration_ms", at: pointer,
        hint: closest.map { "did you mean \"\(id).\($0)\"?" } ?? "write \(id).output.…")
    }
  }

  /// Context variable, built-in, older spelling, else somebody else's template; false for the last.
  private mutating func checkBare(_ placeholder: Placeholder, at pointer: String, _ place: Int) -> Bool {
    let name = placeholder.path[0]
    if isVariable(name, place) { return true }
    if placeholder.path.count == 1, name == "timestamp" || name == "uuid" { return true }
    for suffix in ["_result", "_response"] where placeholder.path.count == 1 && name.hasSuffix(suffix) {
      guard let other = places[String(name.dropLast(suffix.count))] else { continue }
      checkStep(other, ["output"], placeholder, at: pointer, place)
      return true
    }
    guard !placeholder.hasFallback else { return true }
    let candidates = contextNames.union(setters.keys).union(
      placeholder.path.count > 1 ? Set(places.keys) : [])
    leave(
      placeholder.source, at: pointer,
      hint: EditDistance.closest(to: name, among: candidates.union(Self.roots)))
    return false
  }

  private mutating func isVariable(_ name: String, _ place: Int) -> Bool {
    if contextNames.contains(name) { return true }
    for setter in setters[name] ?? [] where mission.isAncestor(setter, of: place, budget: &budget) != false {
      return true
    }
    return false
  }

  private mutating func report(
    _ placeholder: Placeholder, _ message: String, at pointer: String, hint: String?
  ) {
    problems.append(Problem(at: pointer, "\(placeholder.source): \(message)", hint: hint))
  }

  private mutating func leave(_ source: String, at pointer: String, hint closest: String?) {
    let isStrict = mission.config.strictVariables
    problems.append(
      Problem(
        isStrict ? .error : .warning, at: pointer,
        "\(source) names nothing that missiond knows" + (isStrict ? "" : " and stays as it is"),
        hint: closest.map { "did you mean \"\($0)\"?" }))
  }
}

extension Collection<UInt8> {
  /// True if `byte` stands twice in a row.
  package func contains(pair byte: UInt8) -> Bool {
    withContiguousStorageIfAvailable { bytes in
      // Of two in a row one stands at an odd place.
      stride(from: 1, to: bytes.count, by: 2).contains { place in
        bytes[place] == byte
          && (bytes[place - 1] == byte || (place + 1 < bytes.count && bytes[place + 1] == byte))
      }
    } ?? false
  }

  /// True if `needle`, which is not empty, stands somewhere.
  package func contains(_ needle: [UInt8]) -> Bool {
    withContiguousStorageIfAvailable { bytes in
      // How far a byte under the needle's last place lets the needle move on (Horspool).
      var moves = [Int](repeating: needle.count, count: 256)
      for (place, byte) in needle.dropLast().enumerated() { moves[Int(byte)] = needle.count - 1 - place }
      var end = needle.count
      while end <= bytes.count {
        if bytes[end - needle.count..<end].elementsEqual(needle) { return true }
        end += moves[Int(bytes[end - 1])]
      }
      return false
    } ?? false
  }
}
