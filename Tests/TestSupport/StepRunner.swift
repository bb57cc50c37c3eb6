package import Formats
import MissionEngine
package import MissionModel
import Sandbox

/// Makes a step of its parameters and runs it in a workspace of its own, as the engine would.
///
///     let runner = try StepRunner()
///     let output = try await runner.run(CreateFileStep.self, "{ path: a.md, content: hi }")
package struct StepRunner {
  /// The workspace.
  package let directory: TemporaryDirectory
  /// What steps reach, before the effects that they do not declare are taken away.
  package var capabilities: Capabilities
  /// The bounds that steps see.
  package var limits = Limits()
  /// What steps wrote into their logs, both streams.
  package let log = Observed("")
  /// The warnings of all steps that ran.
  package let warnings = Observed<[String]>([])

  /// Makes a workspace with nothing in it, real files, patterns, network and databases.
  package init() throws {
    directory = try TemporaryDirectory()
    let workspace = try WorkspaceLive(directory.path)
    capabilities = Capabilities(
      files: workspace.files, patterns: .live(), network: .live(),
      databases: .live(roots: workspace.roots), xml: .live(),
      archives: workspace.archives(), host: .live, heavyWork: .live)
  }

  /// What is wrong with parameters at submission, one line each: `/path: is required`.
  package static func problems(
    _ type: any StepType.Type, _ parameters: String, patterns: Patterns = .unjudged
  ) throws -> [String] {
    StepDeclaration(type).check(try read(parameters), patterns: patterns).map(line)
  }

  /// Runs a step of `type` with parameters in YAML or JSON; placeholders stay as they are.
  ///
  /// Throws the `StepFailure`, or a `TestSupportError` where the output has other fields than declared.
  package func run(_ type: any StepType.Type, _ parameters: String) async throws -> JSON {
    try await run(type, try Self.read(parameters))
  }

  /// Runs a step of `type`.
  package func run(_ type: any StepType.Type, _ parameters: JSONObject) async throws -> JSON {
    let declaration = StepDeclaration(type)
    let filled = try filled(parameters, declaration)
    let step: any StepType
    do { step = try declaration.makeStep(filled) } catch {
      throw StepFailure(.badParameters, error.problems.map(Self.line).joined(separator: "\n"))
    }
    let output = try await step.run(in: context(declaration))
    let fields = output.objectValue?.keys ?? []
    guard Set(fields) == Set(declaration.outputs.map(\.name)) else {
      throw TestSupportError("\(type.name) gave \(fields), but declares \(declaration.outputs.map(\.name))")
    }
    return output
  }

  /// The example of a type as a step, after a look at whether it validates.
  package static func example(_ type: any StepType.Type) throws -> JSONObject {
    let step = try read(type.example)
    let parameters = step["parameters"]?.objectValue ?? [:]
    let problems = StepDeclaration(type).check(parameters).map(line)
    guard step["step_type"] == .string(type.name), problems.isEmpty else {
      throw TestSupportError("the example of \(type.name) is wrong: \(problems)")
    }
    return parameters
  }

  /// What an attempt of a step of `declaration` is handed.
  package func context(_ declaration: StepDeclaration) -> StepContext {
    let (warnings, log) = (warnings, log)
    return StepContext(
      jobID: JobID("01890000-0000-7000-8000-000000000001")!, stepID: "step", declaration: declaration,
      attempt: 1, workspace: directory.path, capabilities: capabilities.limited(to: declaration.effects),
      log: StepLog { _, bytes in log.update { $0 += String(decoding: bytes, as: UTF8.self) } },
      limits: limits, deadline: .now + .seconds(60), now: EngineClock.test.now,
      sleep: { duration throws(StepFailure) in
        do { try await EngineClock.test.sleep(duration) } catch { throw .cancelled }
      },
      warn: { warning in warnings.update { $0.append(warning) } })
  }

  private func filled(_ parameters: JSONObject, _ declaration: StepDeclaration) throws -> JSONObject {
    var filler = TemplateFiller(VariableScope { _ in .foreign }, isStrict: false)
    return try filler.fill(parameters, for: declaration)
  }

  private static func read(_ text: String) throws -> JSONObject {
    guard let object = try YAMLParser.parse(text).objectValue else {
      throw TestSupportError("parameters are a map: \(text)")
    }
    return object
  }

  private static func line(_ problem: Problem) -> String {
    "\(problem.pointer): \(problem.message)" + (problem.hint.map { "; \($0)" } ?? "")
  }
}
