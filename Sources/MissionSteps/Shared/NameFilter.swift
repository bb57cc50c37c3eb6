import Formats
package import MissionModel

/// A glob that picks entries: by their names, or by their paths if it holds a slash.
package struct NameFilter: Sendable {
  private let glob: Glob
  /// True if the glob speaks of folders, so that a search has to go down into them.
  package let looksAtPaths: Bool

  /// Reads an optional glob parameter; a malformed one is a problem of the parameters.
  package static func read(
    _ p: inout ParameterReader, _ name: String, _ summary: String
  ) -> NameFilter? {
    guard let pattern = p.optional(name, .nonEmptyString, summary), !p.isOpen(name) else { return nil }
    do throws(GlobError) { return NameFilter(try Glob(pattern)) } catch {
      p.problem(at: name, "is no glob: \(error.description)")
      return nil
    }
  }

  /// Reads an optional parameter of one or more globs; each malformed one is a problem of the parameters.
  package static func readList(
    _ p: inout ParameterReader, _ name: String, _ summary: String
  ) -> [NameFilter] {
    let patterns = p.optional(name, .oneOrMore(.nonEmptyString), default: [], summary)
    guard !p.isOpen(name) else { return [] }
    var filters: [NameFilter] = []
    for pattern in patterns {
      do throws(GlobError) { filters.append(NameFilter(try Glob(pattern))) } catch {
        p.problem(at: name, "\(pattern) is no glob: \(error.description)")
      }
    }
    return filters
  }

  init(_ glob: Glob) {
    self.glob = glob
    looksAtPaths = glob.pattern.utf8.contains(UInt8(ascii: "/"))
  }

  /// Whether the entry at `path`, relative to the folder that was listed, is one of those.
  package func matches(name: String, path: String) -> Bool { glob.matches(looksAtPaths ? path : name) }
}
