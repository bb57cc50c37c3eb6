import Testing

@testable import Sandbox

@Suite struct NamePatternTests {
  @Test(arguments: [
    ("rm", "rm", true), ("rm", "rmdir", false), ("mkfs*", "mkfs.ext4", true), ("mkfs*", "mkfs", true),
    ("*.example.com", "a.b.example.com", true), ("*.example.com", "example.com", false),
    ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXc", false), ("*", "", true), ("", "", true), ("", "a", false),
    ("-r|-R|--recursive", "--recursive", true), ("-r|-R|--recursive", "--recursively", false),
    ("-r", "-rf", true), ("-r", "-fr", true), ("-r", "--r", false), ("-r", "-f", false), ("-9", "-19", false),
  ])
  func `stars stand for parts, bars part alternatives, letters are found in clusters`(
    pattern: String, name: String, matches: Bool
  ) {
    #expect(NamePattern(pattern).matches(name) == matches)
  }

  @Test func `a pattern of many stars takes no long time`() {
    let pattern = NamePattern(String(repeating: "*a", count: 40) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 4000)))
  }
}
