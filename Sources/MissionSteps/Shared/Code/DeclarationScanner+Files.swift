import MissionModel

extension DeclarationScanner {
  /// The longest source that is read.
  private static let maxSourceBytes = 8 << 20

  /// The declarations of one file of a project; none where its language is not known.
  ///
  /// - Parameters:
  ///   - purpose: what the warning about a source that is too long begins with.
  ///   - loss: what becomes of such a source.
  /// - Throws: where the file cannot be read, or the step was told to end.
  static func read(
    _ file: String, of project: CodeProject, for purpose: String, losing loss: String,
    in context: StepContext
  ) async throws(StepFailure) -> [Declaration] {
    guard let language = CodeLanguage.language(of: file) else { return [] }
    let path = project.located(file)
    let reader = try await context.files.open(path)
    guard reader.size <= Int64(maxSourceBytes) else {
      context.warn("\(purpose) \(path): it is longer than \(maxSourceBytes) bytes \(loss)")
      return []
    }
    let text = try await reader.readAll(limit: maxSourceBytes, path: path)
    return try await context.heavyWork.run { _ in scan(text, file: path, language: language) }
  }
}
