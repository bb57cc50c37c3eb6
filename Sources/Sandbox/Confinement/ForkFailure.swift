/// Finds in what programs wrote that one of them could not make a process or a thread.
///
/// The kernel tells nobody but the program that `RLIMIT_NPROC` refused it: `fork(2)` fails with EAGAIN, as
/// many other calls do. So that error's text alone says nothing; it must stand near what was tried.
enum ForkFailure {
  /// Whether such a text is there.
  static func isTold(in text: String) -> Bool {
    let lines = text.lowercased().split(separator: "\n")
    return lines.indices.contains { number in
      let line = lines[number]
      if plain.contains(where: { line.contains($0) }) { return true }
      guard errors.contains(where: { line.contains($0) }) else { return false }
      // A traceback shows the call just before the error.
      return lines[max(0, number - 2)...number].contains { near in tried.contains { near.contains($0) } }
    }
  }

  /// What says it all: of shells, Perl, Java, Python and Go.
  private static let plain = [
    "cannot fork", "can't fork", "fork failed", "unable to create native thread", "can't start new thread",
    "failed to create new os thread",
  ]
  /// EAGAIN, as `strerror(3)` and Node.js name it.
  private static let errors = ["resource temporarily unavailable", "eagain"]
  private static let tried = ["fork", "clone", "spawn", "thread", "never executed", "new namespace"]
}
