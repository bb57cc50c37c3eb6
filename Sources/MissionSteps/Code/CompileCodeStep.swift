package import Formats
package import MissionModel

/// Compiles a project with the tool of its ecosystem, and tells what the compiler says place by place.
package struct CompileCodeStep: StepType {
  package static let name = "compile_code"
  package static let summary = "Compile a project, or check a script's syntax, with the tool of its language."
  package static let effects: Effects = [.readsFiles, .writesFiles, .runsProcesses]
  package static let example = """
    step_type: compile_code
    parameters: { path: ., language: make, args: [-j4] }
    """
  package static let outputs = ToolAnswer.outputs
  package static let requirements: [Requirement] = [
    CodeTool.swift, .cargo, .go, .cc, .cxx, .javac, .maven, .gradle, .tsc, .node, .python, .make, .cmake,
    .ninja, .zig, .dotnet,
  ].map(\.requirement)

  private let parameters: CodeParameters

  package init(_ p: inout ParameterReader) {
    parameters = CodeParameters(&p, languages: CompilePlan.languages, writes: true)
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let project = try await CodeProject.open(parameters.path, .write, for: "compile", in: context)
    let language = try parameters.language(
      found: CodeLanguage.build(of: project, known: CompilePlan.languages), of: CompilePlan.languages,
      for: "compile")
    let facts = try await ProjectFacts.read(language, project, context)
    let calls = CompilePlan.calls(language, project, parameters.arguments, facts)
    guard !calls.isEmpty else {
      throw StepFailure("compile \(project.path): there is no \(language) source in it")
    }
    let run = CodeRun(project, "compile", parameters.environment, context)
    let answer = try await run.run(calls)
    let diagnostics = try await run.diagnostics(of: answer)
    let output = JSON.object(answer.fields(success: answer.succeeded, diagnostics))
    guard answer.succeeded else { throw run.failure(answer, diagnostics, output: output) }
    return output
  }
}
