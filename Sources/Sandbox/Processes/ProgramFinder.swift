import Formats
import Glibc
import MissionModel
import Posix

/// Finds programs as `execvp(3)` does, but says what may have been meant.
///
/// What was found is kept: a program that is taken away meanwhile fails at its start.
final class ProgramFinder: Sendable {
  private struct Name: Hashable {
    let program: String
    let path: String
  }

  private let known = Lock<[Name: String]>([:])
  private static let mostKnown = 1024
  /// What only a shell knows (POSIX.1-2024, XCU 2.4 and 2.15), other than what is a program too.
  private static let shellWords: Set<String> = [
    "!", ".", ":", "{", "alias", "bg", "break", "case", "cd", "continue", "eval", "exec", "exit", "export",
    "fg", "for", "if", "jobs", "local", "read", "readonly", "return", "set", "shift", "source", "times",
    "trap", "type", "ulimit", "umask", "unalias", "unset", "until", "wait", "while",
  ]

  /// Where a program stands in a PATH; nil where it does not.
  func find(_ program: String, path: String) async -> String? {
    let name = Name(program: program, path: path)
    if let found = known.withLock({ $0[name] }) { return found }
    let found = await BlockingWork.files.run { Self.search(program, path) }
    if let found {
      known.withLock { known in
        if known.count >= Self.mostKnown { known.removeAll() }
        known[name] = found
      }
    }
    return found
  }

  /// The file of a program, or what is wrong with its name.
  func resolve(_ program: String, path: String) async throws(StepFailure) -> String {
    guard !program.isEmpty, !program.utf8.contains(0) else {
      throw StepFailure(.badParameters, "run a program: its name is empty or holds a NUL byte")
    }
    if program.utf8.contains(UInt8(ascii: "/")) { return program }
    if let found = await find(program, path: path) { return found }
    let hint: String
    if Self.shellWords.contains(program) {
      hint = "; it is a word of the shell: set shell: true"
    } else if program.contains("=") {
      hint = "; set variables by \"environment\", or set shell: true"
    } else {
      let near = await BlockingWork.files.run {
        EditDistance.closest(to: program, among: Self.programs(in: path).sorted())
      }
      hint = near.map { "; did you mean \"\($0)\"?" } ?? ""
    }
    throw StepFailure("command \"\(program)\" not found in PATH\(hint)")
  }

  /// Forgets where a program was, since it is not there any more.
  func forget(_ program: String, path: String) {
    known.withLock { $0[Name(program: program, path: path)] = nil }
  }

  private static func directories(_ path: String) -> [Substring] {
    // An empty part means the working directory, which a step's workspace must not be.
    path.split(separator: ":").filter { $0.hasPrefix("/") }
  }

  /// The same, without a memory; blocks.
  static func search(_ program: String, _ path: String) -> String? {
    for directory in directories(path) {
      let candidate = "\(directory)/\(program)"
      var status = stat()
      guard stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(candidate, X_OK) == 0
      else { continue }
      return candidate
    }
    return nil
  }

  private static func programs(in path: String) -> Set<String> {
    var names = Set<String>()
    for directory in directories(path) {
      guard let stream = opendir(String(directory)) else { continue }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.insert(name) }
      }
    }
    return names
  }
}
