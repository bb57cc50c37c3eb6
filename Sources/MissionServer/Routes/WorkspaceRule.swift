import Glibc
import Posix

/// Says which directories a job may name as its workspace (contract §1).
enum WorkspaceRule {
  /// Why a directory is refused; nil where a job may work there. Blocks as file look-ups do.
  static func refusal(of path: String, roots: [String]) -> String? {
    guard path.hasPrefix("/") else { return "the workspace \"\(path)\" must be an absolute path" }
    guard let real = resolve(path) else { return "the workspace \(path) does not exist" }
    var status = stat()
    guard stat(real, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      return "the workspace \(path) is no directory"
    }
    let isAllowed = roots.compactMap(resolve).contains { root in
      real == root || root == "/" || real.hasPrefix(root + "/")
    }
    return isAllowed ? nil : "the workspace \(path) is below none of paths.write of the configuration"
  }

  private static func resolve(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
