// Interim stand-ins until the target Formats has them.
package enum EditDistance {
  static func closest(to word: String, among candidates: some Sequence<String>) -> String? { nil }
}
package enum JSONPointer {
  static func escape(_ key: String) -> String { key.replacing("~", with: "~0").replacing("/", with: "~1") }
}
enum ShellWords {
  struct Failure: Error { let message: String }
  static func split(_ line: String) throws(Failure) -> [String] {
    line.split(separator: " ").map(String.init)
  }
  static func quote(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}
enum Base64 { static func encode(_ bytes: [UInt8]) -> String { "" } }
