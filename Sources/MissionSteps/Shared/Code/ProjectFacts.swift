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
      facts.hasBuildScript = try await script("build", project, context)
    }
    let mains = CompilePlan.mains(of: language)
    if !mains.isEmpty { facts.hasMain = try await hasMain(mains, language, project, context) }
    return facts
  }

  /// Whether `package.json` has a script of that name.
  package static func script(
    _ name: String, _ project: CodeProject, _ context: StepContext
  ) async throws(StepFailure) -> Bool {
    let path = PathText.join(project.folder, "package.json")
    let bytes = try await context.files.open(path).readAll(limit: maxSourceBytes, path: path)
    do throws(JSONError) { return try JSONParser.parse(bytes)["scripts"]?[name] != nil } catch {
      throw StepFailure("read \(path): \(error)")
    }
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
