import Foundation

/// Files that a test reads from where another program put them.
package enum TestFile {
  /// The text of a file.
  package static func text(at path: String) throws(TestSupportError) -> String {
    do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw TestSupportError("read \(path): \(error)")
    }
  }
}
