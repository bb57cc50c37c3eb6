import Formats
import Testing

@Suite struct GlobTests {
  @Test(arguments: [
    ("*.swift", "a.swift"), ("*.swift", ".swift"), ("a?c", "abc"), ("[a-c]x", "bx"), ("[!a-c]x", "dx"),
    ("[]]", "]"), ("[a-]", "-"), ("\\*", "*"), ("*", ""), ("a*b*c", "a--b--b-c"), ("**/x", "x"),
    ("**/x", "a/b/x"), ("a/**/b", "a/b"), ("a/**/b", "a/x/y/b"), ("a/**", "a/b/c"), ("**", "a/b"),
    ("**/*.md", "docs/a.md"), ("?", "é"), ("src/*/x", "src/a/x"), ("a**b", "axxb"),
    ("**/a/**/b", "a/x/a/y/b"),
  ])
  func `matches what the pattern describes`(pattern: String, path: String) throws {
    #expect(try Glob(pattern).matches(path))
  }

  @Test(arguments: [
    ("*.swift", "a/b.swift"), ("a?c", "a/c"), ("[a-c]x", "dx"), ("[!a-c]x", "bx"), ("\\*", "a"), ("*", "a/b"),
    ("**/x", "ax"), ("a/**/b", "ab"), ("a/*", "a"), ("abc", "ab"), ("ab", "abc"), ("", "a"), ("a**b", "a/b"),
  ])
  func `and nothing else`(pattern: String, path: String) throws {
    #expect(try !Glob(pattern).matches(path))
  }

  @Test func `names that begin with a dot can be left out`() throws {
    #expect(try !Glob("*", matchesHidden: false).matches(".a"))
    #expect(try !Glob("**/x", matchesHidden: false).matches(".git/x"))
    #expect(try Glob(".*", matchesHidden: false).matches(".a"))
    #expect(try !Glob("[.]a", matchesHidden: false).matches(".a"))
  }

  @Test func `a bracket without an end is refused`() {
    #expect(throws: GlobError(description: "the bracket at character 4 is never closed")) {
      try Glob("a/b[c")
    }
  }

  @Test func `a hostile pattern takes no longer than its length deserves`() throws {
    let pattern = String(repeating: "a*", count: 200) + "b"
    let path = String(repeating: "a", count: 2000)
    #expect(try !Glob(pattern).matches(path))
    let deep = String(repeating: "**/a/", count: 100) + "b"
    #expect(try !Glob(deep).matches(String(repeating: "a/", count: 500) + "c"))
  }
}
