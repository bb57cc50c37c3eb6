package import MissionModel

/// What every type of the Code family that calls a tool takes.
package struct CodeParameters: Sendable {
  package let path: String
  /// Nil where it is to be found from the files.
  package let language: String?
  package let arguments: [String]
  package let environment: StringMap

  /// Reads the parameters.
  ///
  /// - Parameter writes: true if the tool changes what is at `path`.
  package init(_ p: inout ParameterReader, languages: [String], writes: Bool) {
    path = p.optional(
      "path", writes ? .writePath : .readPath, default: ".", "The project's folder, or one file.")
    language = p.optional("language", .choice(of: languages), "By default it is found from the files.")
    arguments = p.optional("args", .list(of: .string), default: [], "Arguments added to the tool's.")
    environment = p.optional(
      "environment", .stringMap, default: StringMap(), "Variables on top of the usual ones.")
    for (name, _) in environment.entries where name.isEmpty || name.contains("=") || name.contains("\0") {
      p.problem(
        at: "environment", "\"\(name)\" cannot name a variable", hint: "a name is not empty and holds no =")
    }
  }

  /// The language that was given or found.
  ///
  /// - Throws: where none was given and none can be found, or one file is meant that is not of a language.
  package func language(
    found: String?, of languages: [String], for purpose: String
  ) throws(StepFailure) -> String {
    if let language = language ?? found { return language }
    throw StepFailure(
      .badParameters,
      "\(purpose) \(path): its files tell no language; set \"language\" to one of "
        + languages.joined(separator: ", "))
  }
}
