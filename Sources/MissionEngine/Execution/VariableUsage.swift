import Formats
import MissionModel

/// Which results and names the placeholders of a mission use; found by one look through the document.
struct VariableUsage {
  /// Steps by id; empty when no step has a placeholder.
  private(set) var places: [String: Int] = [:]
  /// Steps whose results some placeholder may name.
  private(set) var wanted: Set<Int> = []
  /// Steps with `output_variable`, by the name that they set.
  private(set) var setters: [String: [Int]] = [:]

  /// Looks through `mission`; parses only parameters that have something to find.
  init(_ mission: Mission) {
    guard mission.source.contains(pair: UInt8(ascii: "{")) || mission.source.contains(Self.setterKey) else {
      return
    }
    for (place, step) in mission.steps.enumerated() { places[step.id] = place }
    for (place, step) in mission.steps.enumerated() {
      let holdsPlaceholder = mission.source[step.parameters].contains(pair: UInt8(ascii: "{"))
      let setsVariable = mission.source[step.parameters].contains(Self.setterKey)
      // Parameters that cannot be read again fail their step when it starts.
      guard holdsPlaceholder || setsVariable, let parameters = try? mission.parameters(ofStepAt: place) else {
        continue
      }
      if let name = parameters["output_variable"]?.stringValue {
        setters[name, default: []].append(place)
        wanted.insert(place)
      }
      if holdsPlaceholder { note(.object(parameters)) }
    }
  }

  private static let setterKey = Array("\"output_variable\"".utf8)

  private mutating func note(_ value: JSON) {
    switch value {
    case .string(let text):
      guard text.contains("{{") else { return }
      for placeholder in Template(text).placeholders { note(placeholder.path) }
    case .array(let elements): for element in elements { note(element) }
    case .object(let members): for (_, member) in members { note(member) }
    case .null, .bool, .integer, .double, .decimal: break
    }
  }

  private mutating func note(_ path: [String]) {
    let name = path[0] == "steps" && path.count > 1 ? path[1] : path[0]
    if let place = places[name] { wanted.insert(place) }
    for suffix in ["_result", "_response"] where name.hasSuffix(suffix) {
      if let place = places[String(name.dropLast(suffix.count))] { wanted.insert(place) }
    }
  }
}
