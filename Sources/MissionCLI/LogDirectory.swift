import Glibc
import MissionServer
import Posix

/// Where `mission run` keeps the logs: a private directory that goes on success, or one that was named.
struct LogDirectory {
  let path: String
  private let isTemporary: Bool

  /// Takes `named`, which is made if it is missing, or makes a private one under `TMPDIR`.
  init(_ named: String?) throws(CommandError) {
    if let named {
      guard mkdir(named, 0o755) == 0 || errno == EEXIST, let absolute = realpath(named, nil) else {
        throw CommandError(.usage, "make \(Shown.value(named)): \(String(cString: strerror(errno)))")
      }
      path = String(cString: absolute)
      free(absolute)
      isTemporary = false
      return
    }
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/mission-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CommandError(.failed, "make a directory in \(parent): \(String(cString: strerror(errno)))")
    }
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress ?? UnsafePointer(strdup(""))) }
    isTemporary = true
  }

  /// Removes a private directory, or says where it is kept.
  func finish(keep: Bool, _ console: Console) {
    guard isTemporary else { return }
    // Nothing was logged: there is nothing to keep.
    if rmdir(path) == 0 { return }
    if keep {
      console.note("logs: \(path)")
    } else {
      TreeRemoval.remove(path)
    }
  }
}
