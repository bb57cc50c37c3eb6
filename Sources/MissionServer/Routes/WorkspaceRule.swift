import Glibc
import Posix

/// Says which directories a job may name as its workspace (contract §1).
enum WorkspaceRule {
  /// Why a directory is refused; nil where a job may work there. Blocks as file look-ups do.
  ///
  /// - Parameters:
  ///   - roots: `paths.write`.
  ///   - closed: places that stay closed to missions: a job that worked in one would have it open.
  static func refusal(of path: String, roots: [String], closed: [String]) -> String? {
    guard path.hasPrefix("/") else { return "the workspace \"\(path)\" must be an absolute path" }
    guard let real = resolve(path) else { return "the workspace \(path) does not exist" }
    var status = stat()
    guard stat(real, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      return "the workspace \(path) is no directory"
    }
    guard roots.compactMap(resolve).contains(where: { holds($0, real) }) else {
      return "the workspace \(path) is below none of paths.write of the configuration"
    }
    guard let place = closed.first(where: { holds(resolve($0) ?? $0, real) }) else { return nil }
    return "the workspace \(path) lies in \(place), which stays closed to missions"
  }

  private static func holds(_ root: String, _ path: String) -> Bool {
    path == root || root == "/" || path.hasPrefix(root + "/")
  }

  private static func resolve(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
