package import Formats
package import MissionModel

/// One step of a mission in a test.
package struct StepSketch: Sendable {
  package var id: String
  package var after: [String]
  package var parameters: JSONObject
  package var adjust: @Sendable (inout Step) -> Void

  /// A step with the type `noop`.
  package init(
    _ id: String, after: [String] = [], parameters: JSONObject = [:],
    adjust: @escaping @Sendable (inout Step) -> Void = { _ in }
  ) {
    self.id = id
    self.after = after
    self.parameters = parameters
    self.adjust = adjust
  }
}

extension Mission {
  /// Builds a mission of sketches, without a document.
  package static func sketch(
    _ sketches: [StepSketch], context: JSONObject = [:], adjust: (inout MissionConfig) -> Void = { _ in }
  ) -> Mission {
    let places = Dictionary(uniqueKeysWithValues: sketches.enumerated().map { ($1.id, Int32($0)) })
    var source: [UInt8] = []
    var steps: [Step] = []
    for sketch in sketches {
      let text = Array(JSON.object(sketch.parameters).compact.utf8)
      let range = source.count..<source.count + text.count
      source += text
      var step = Step(
        id: sketch.id, type: "noop", dependsOn: sketch.after.map { places[$0]! },
        parameters: sketch.parameters.isEmpty ? 0..<0 : range)
      sketch.adjust(&step)
      steps.append(step)
    }
    var config = MissionConfig()
    adjust(&config)
    return Mission(name: "sketch", config: config, context: context, steps: steps, source: source)
  }
}
