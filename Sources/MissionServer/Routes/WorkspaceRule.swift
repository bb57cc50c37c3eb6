import Glibc
import Posix

/// Says which directories a job may name as its workspace (contract §1).
enum WorkspaceRule {
  /// Why a directory is refused.
  struct Refusal: Error, Equatable {
    let reason: String
  }

  /// The directory that `path` names, free of links: jobs in one directory are told by it. Blocks as file
  /// look-ups do.
  ///
  /// - Parameters:
  ///   - roots: `paths.write`.
  ///   - closed: places that stay closed to missions: a job that worked in one would have it open.
  static func judge(_ path: String, roots: [String], closed: [String]) throws(Refusal) -> String {
    guard path.hasPrefix("/") else {
      throw Refusal(reason: "the workspace \"\(path)\" must be an absolute path")
    }
    guard let real = resolve(path) else { throw Refusal(reason: "the workspace \(path) does not exist") }
    var status = stat()
    guard stat(real, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw Refusal(reason: "the workspace \(path) is no directory")
    }
    guard roots.compactMap(resolve).contains(where: { holds($0, real) }) else {
      throw Refusal(reason: "the workspace \(path) is below none of paths.write of the configuration")
    }
    if let place = closed.first(where: { holds(resolve($0) ?? $0, real) }) {
      throw Refusal(reason: "the workspace \(path) lies in \(place), which stays closed to missions")
    }
    return real
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
