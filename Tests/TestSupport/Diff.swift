import Foundation

/// The difference between an expected text and the one that came, line by line, for golden files.
package enum Diff {
  /// Nil where the texts are equal; else the lines that differ, each with `-` (expected) or `+` (came).
  package static func lines(expected: String, actual: String) -> String? {
    guard expected != actual else { return nil }
    let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let new = actual.split(separator: "\n", omittingEmptySubsequences: false)
    let changes = new.difference(from: old)
    guard !changes.isEmpty else { return "the texts differ only in bytes that compare equal as characters" }
    let removed = changes.removals.map { change in
      guard case .remove(let line, let text, _) = change else { preconditionFailure("a removal") }
      return (line, 0, "-\(line + 1): \(text)")
    }
    let inserted = changes.insertions.map { change in
      guard case .insert(let line, let text, _) = change else { preconditionFailure("an insertion") }
      return (line, 1, "+\(line + 1): \(text)")
    }
    return (removed + inserted).sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2).joined(separator: "\n")
  }

  /// Compares a text with a golden file; nil where they are equal.
  ///
  /// With `UPDATE_GOLDEN=1` in the environment the file is written anew, to be read in `git diff`.
  package static func golden(_ actual: String, file: String) throws(TestSupportError) -> String? {
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      do { try Data(actual.utf8).write(to: URL(fileURLWithPath: file)) } catch {
        throw TestSupportError("write the golden file \(file): \(error)")
      }
      return nil
    }
    guard let bytes = FileManager.default.contents(atPath: file) else {
      throw TestSupportError("read the golden file \(file); write it with UPDATE_GOLDEN=1 and look at it")
    }
    return lines(expected: String(decoding: bytes, as: UTF8.self), actual: actual)
  }
}
