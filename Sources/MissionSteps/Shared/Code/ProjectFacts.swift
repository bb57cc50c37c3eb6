import Formats
package import MissionModel

/// Reads what the names of a project's files do not tell.
package enum ProjectFacts {
  /// Bytes of a source that are looked at.
  private static let maxSourceBytes = 4 << 20

  /// The facts that compiling a language depends on.
  package static func read(
    _ language: String, _ project: CodeProject, _ context: StepContext
  ) async throws(StepFailure) -> CompilePlan.Facts {
    var facts = CompilePlan.Facts()
    for name in ["./gradlew", "./mvnw", "./node_modules/.bin/tsc"]
    where try await context.files.status(PathText.join(project.folder, String(name.dropFirst(2)))) != nil {
      facts.local.insert(name)
    }
    if project.has("package.json") {
      facts.hasBuildScript = try await scripts(project, context)?["build"] != nil
    }
    let mains = CompilePlan.mains(of: language)
    if !mains.isEmpty { facts.hasMain = try await hasMain(mains, language, project, context) }
    return facts
  }

  /// The scripts of `package.json`.
  private static func scripts(
    _ project: CodeProject, _ context: StepContext
  ) async throws(StepFailure) -> JSON? {
    let text = try await text(of: "package.json", project, context)
    do throws(JSONError) { return try JSONParser.parse(text)["scripts"] } catch {
      throw StepFailure("read \(PathText.join(project.folder, "package.json")): \(error)")
    }
  }

  /// The facts that testing a language depends on, but for the place of its report.
  package static func readTests(
    _ language: String, _ project: CodeProject, _ context: StepContext
  ) async throws(StepFailure) -> TestPlan.Facts {
    var facts = TestPlan.Facts()
    switch language {
    case "maven", "gradle": facts.compile = try await read(language, project, context)
    case "node" where project.has("package.json"):
      facts.testScript = try await scripts(project, context)?["test"]?.stringValue
    case "make":
      for name in ["GNUmakefile", "makefile", "Makefile"] where project.has(name) {
        let text = try await text(of: name, project, context)
        let targets = Set(ToolText.lines(text).compactMap { $0.split(separator: ":").first.map(String.init) })
        facts.makeTarget = !targets.contains("check") && targets.contains("test") ? "test" : "check"
        break
      }
    default: break
    }
    return facts
  }

  private static func text(
    of file: String, _ project: CodeProject, _ context: StepContext
  ) async throws(StepFailure) -> String {
    let path = PathText.join(project.folder, file)
    let bytes = try await context.files.open(path).readAll(limit: maxSourceBytes, path: path)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hasMain(
    _ mains: [String], _ language: String, _ project: CodeProject, _ context: StepContext
  ) async throws(StepFailure) -> Bool {
    let endings = language == "c++" ? ["cpp", "cc", "cxx", "c"] : CodeLanguage.endings(of: language)
    let files = project.targets(endings)
    if language == "swift", files.count == 1 || files.contains(where: { PathText.name($0) == "main.swift" }) {
      return true
    }
    for file in files {
      let path = PathText.join(project.folder, file)
      let reader = try await context.files.open(path)
      guard reader.size <= Int64(maxSourceBytes) else { continue }
      let text = String(
        decoding: try await reader.readAll(limit: maxSourceBytes, path: path), as: UTF8.self)
      if mains.contains(where: text.contains) { return true }
    }
    return false
  }
}
