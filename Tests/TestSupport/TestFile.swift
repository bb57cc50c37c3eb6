import Foundation

/// Files that a test reads from where another program put them.
package enum TestFile {
  /// The text of a file.
  package static func text(at path: String) throws(TestSupportError) -> String {
    do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw TestSupportError("read \(path): \(error)")
    }
  }

  /// Takes a file's rights from everybody but its owner.
  package static func allowOnlyOwner(_ path: String) throws(TestSupportError) {
    guard chmod(path, 0o600) == 0 else {
      throw TestSupportError("chmod \(path): \(String(cString: strerror(errno)))")
    }
  }
}
