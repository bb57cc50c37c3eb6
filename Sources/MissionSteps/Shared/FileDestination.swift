package import MissionModel

/// Where a copied or moved file goes.
package enum FileDestination {
  /// `destination`, or the name of `source` inside it where that is a folder and `source` is none.
  package static func resolve(
    _ destination: String, for source: String, in files: Files
  ) async throws(StepFailure) -> String {
    let there = try await files.status(destination)
    guard there?.kind == .directory || (there == nil && destination.hasSuffix("/")) else {
      return destination
    }
    guard let origin = try await files.status(source), origin.kind != .directory else { return destination }
    return PathText.join(destination, PathText.name(source))
  }
}
