package import MissionModel

/// A connection string as missions write it: `sqlite:PATH`.
package struct DatabaseAddress: Sendable, Equatable {
  /// Relative to the workspace; nil for a database in memory.
  package let path: String?

  /// Reads a connection string.
  ///
  /// - Throws: `.badParameters` that names no more of it than its scheme: it may hold a password.
  package init(_ text: String) throws(StepFailure) {
    guard let colon = text.firstIndex(of: ":") else {
      throw StepFailure(.badParameters, "names no database; write it as sqlite:PATH")
    }
    let scheme = text[..<colon].lowercased()
    guard scheme == "sqlite" || scheme == "sqlite3" else {
      throw StepFailure(.badParameters, "has the scheme \"\(scheme)\"; sqlite is possible")
    }
    var rest = text[text.index(after: colon)...]
    if rest.hasPrefix("//") { rest = rest.dropFirst(2) }
    guard !rest.isEmpty else { throw StepFailure(.badParameters, "names no file") }
    guard !rest.contains("?"), !rest.utf8.contains(0) else {
      throw StepFailure(.badParameters, "takes a path without options")
    }
    path = rest == ":memory:" ? nil : String(rest)
  }

  /// What messages call it.
  package var title: String { path ?? "a database in memory" }
}
