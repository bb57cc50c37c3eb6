import Formats
import MissionModel

/// Which sub-steps of a chain are over; what a checkpoint keeps.
struct ChainProgress: Sendable, Equatable {
  private(set) var done: [String: SubStepResult] = [:]
  /// Of the mapped sub-step, by the places of their elements.
  private(set) var items: [Int: SubStepResult] = [:]

  /// Goes on from a checkpoint; what it says of sub-steps that there are not is left out.
  init(_ stored: JSON?, of parts: [ChainPart]) {
    for part in parts {
      if let record = stored?["done"]?[part.name] { done[part.name] = Self.result(record) }
    }
    for (place, record) in stored?["items"]?.objectValue ?? [:] {
      if let place = Int(place) { items[place] = Self.result(record) }
    }
  }

  /// What a checkpoint keeps.
  var json: JSON {
    [
      "done": .object(JSONObject(done.sorted { $0.key < $1.key }.map { ($0.key, Self.record($0.value)) })),
      "items": .object(
        JSONObject(items.sorted { $0.key < $1.key }.map { (String($0.key), Self.record($0.value)) })),
    ]
  }

  private static func record(_ result: SubStepResult) -> JSON {
    [
      "output": result.output, "main": result.mainOutput,
      "duration_ms": .integer(result.durationMilliseconds),
    ]
  }

  private static func result(_ record: JSON) -> SubStepResult {
    SubStepResult(
      output: record["output"] ?? .null, mainOutput: record["main"] ?? .null,
      durationMilliseconds: record["duration_ms"]?.integerValue ?? 0)
  }

  /// Takes over how a sub-step ended; throws its failure.
  mutating func note(_ result: SubStepResult, of part: ChainPart) throws(StepFailure) {
    if let failure = result.failure { throw Self.named(failure, part.name) }
    done[part.name] = result
  }

  /// Takes over how the mapped sub-step ended for one element.
  mutating func note(
    _ result: SubStepResult, ofItem place: Int, in part: ChainPart
  ) throws(StepFailure) {
    if let failure = result.failure { throw Self.named(failure, "\(part.name)[\(place)]") }
    items[place] = result
  }

  private static func named(_ failure: StepFailure, _ name: String) -> StepFailure {
    StepFailure(failure.kind, "sub-step \"\(name)\": \(failure.message)", output: failure.output)
  }

  /// Makes one result of those of all elements, in their order.
  mutating func gatherItems(of part: ChainPart, count: Int) {
    let all = (0..<count).compactMap { items[$0] }
    done[part.name] = SubStepResult(
      output: .array(all.map(\.output)), mainOutput: .array(all.map(\.mainOutput)),
      durationMilliseconds: all.reduce(0) { $0 + $1.durationMilliseconds })
  }

  /// What the placeholders of a sub-step can name besides those of the step around.
  func variables(input: JSON, previous: SubStepResult?, of parts: [ChainPart]) -> JSONObject {
    var variables: JSONObject = ["input": input]
    if let previous {
      var record = previous.json.objectValue ?? [:]
      record["main_output"] = previous.mainOutput
      variables["previous"] = .object(record)
    }
    let over = parts.compactMap { part in done[part.name].map { (part.name, $0.json) } }
    variables["steps"] = .object(JSONObject(over))
    return variables
  }
}
