package import Formats

/// Lets a step run other steps inside of itself: what `chain`, `tool` and `agent` are made of.
///
/// A sub-step is judged, confined, masked and accounted for like a step of the document.
package struct SubSteps: Sendable {
  /// What a name of a step type stands for.
  package var find: @Sendable (_ type: String) -> StepCatalog.Lookup
  /// The names of all types that there are.
  package var names: [String]
  /// The tools that the configuration makes of commands.
  package var commandTools: [CommandTool]
  /// How many may run at once: as many as steps of the job.
  package var mostAtOnce: Int
  /// Fills the placeholders of a value, with these variables over those of the step around.
  package var fill: @Sendable (_ value: JSON, _ variables: JSONObject) throws(StepFailure) -> JSON
  /// Runs one to its end; a failure is a result. Ends it at once when the surrounding task is cancelled.
  package var run: @Sendable (_ step: SubStep) async -> SubStepResult

  /// Makes the capability of its parts.
  package init(
    find: @escaping @Sendable (String) -> StepCatalog.Lookup, names: [String],
    commandTools: [CommandTool] = [],
    mostAtOnce: Int = 1, fill: @escaping @Sendable (JSON, JSONObject) throws(StepFailure) -> JSON,
    run: @escaping @Sendable (SubStep) async -> SubStepResult
  ) {
    self.find = find
    self.names = names
    self.commandTools = commandTools
    self.mostAtOnce = mostAtOnce
    self.fill = fill
    self.run = run
  }

  /// Refuses everything: what a step gets that did not declare `runsSteps`.
  package static let denied = SubSteps(
    find: { _ in .unknown(closest: nil) }, names: [], fill: { value, _ in value },
    run: { step in
      SubStepResult(
        failure: StepFailure(
          .denied, "run \(step.name): this step type did not declare that it runs steps"))
    })
}

/// A step inside of a step.
package struct SubStep: Sendable {
  /// What becomes of placeholders in the parameters.
  package enum Filling: Sendable {
    /// They are filled, with these variables over those of the step around: `previous`, `input`, `item`,
    /// `steps`.
    case with(JSONObject)
    /// They are nothing but text: the parameters are data, such as what a model wrote.
    case none
  }

  /// What logs and errors call it.
  package var name: String
  package var type: String
  package var parameters: JSONObject
  package var filling: Filling
  /// For this sub-step alone; the step's own time goes on.
  package var timeoutSeconds: Double?

  /// Describes a sub-step.
  package init(
    name: String, type: String, parameters: JSONObject, filling: Filling = .none,
    timeoutSeconds: Double? = nil
  ) {
    self.name = name
    self.type = type
    self.parameters = parameters
    self.filling = filling
    self.timeoutSeconds = timeoutSeconds
  }
}

/// How a sub-step ended.
package struct SubStepResult: Sendable, Equatable {
  package var output: JSON
  /// The part of the output that stands for the whole.
  package var mainOutput: JSON
  /// Nil where it succeeded.
  package var failure: StepFailure?
  package var durationMilliseconds: Int64

  /// Describes a success.
  package init(output: JSON, mainOutput: JSON, durationMilliseconds: Int64 = 0) {
    self.output = output
    self.mainOutput = mainOutput
    self.durationMilliseconds = durationMilliseconds
  }

  /// Describes a failure.
  package init(failure: StepFailure, durationMilliseconds: Int64 = 0) {
    output = failure.output ?? .null
    mainOutput = .null
    self.failure = failure
    self.durationMilliseconds = durationMilliseconds
  }

  /// `{output, status, error, duration_ms}`: what placeholders can name.
  package var json: JSON {
    [
      "output": output, "status": .string(failure == nil ? "success" : "failed"),
      "error": JSON(failure?.message), "duration_ms": .integer(durationMilliseconds),
    ]
  }
}

/// A tool that the configuration makes of a command: `ai.tools`.
package struct CommandTool: Sendable, Equatable {
  package var name: String
  /// What it does, for people and models.
  package var summary: String
  /// Program and arguments; `{{name}}` in a word stands for an argument of the call.
  package var command: [String]
  /// JSON Schema of a call's arguments, an object.
  package var parameters: JSON

  /// Describes a tool.
  package init(name: String, summary: String, command: [String], parameters: JSON) {
    self.name = name
    self.summary = summary
    self.command = command
    self.parameters = parameters
  }
}
