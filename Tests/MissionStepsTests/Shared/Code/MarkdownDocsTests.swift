import MissionSteps
import Testing

@Suite struct MarkdownDocsTests {
  private func declaration(_ name: String, _ kind: String, scope: String? = nil) -> Declaration {
    Declaration(name: name, kind: kind, file: "f", line: 1, scope: scope, language: "rust")
  }

  @Test func `what only holds others, or is in a function, is not for readers`() {
    let all = [
      declaration("S", "implementation"), declaration("f", "method", scope: "S"),
      declaration("inner", "function", scope: "S::f"), declaration("g", "function"),
    ]
    #expect(MarkdownDocs.documentable(all).map(\.name) == ["f", "g"])
  }

  @Test func `names are text, and signatures are code`() {
    var found = declaration("f", "method", scope: "S")
    found.signature = "(a: &str)"
    found.comment = "Does *it*."
    #expect(
      MarkdownDocs.page("a_b.rs", [found])
        == "# a\\_b.rs\n\n## method `S::f`\n\n```rust\nf(a: &str)\n```\n\nDoes *it*.\n\nDefined in line 1.\n")
  }
}
