import Formats
import MissionModel
import Testing

@Suite struct TemplateTests {
  @Test(arguments: [
    ("plain", ["plain"]), ("", [""]), ("{ one } brace", ["{ one } brace"]),
    ("{{{{ literal }}", ["{{ literal }}"]), ("open {{ end", ["open ", "{{ end"]),
    ("{{{{{{ x }}", ["{{", "<x>"]),
  ])
  func `text stays text`(text: String, pieces: [String]) {
    #expect(Template(text).pieces.map(Self.show).joined() == pieces.joined())
  }

  @Test func `placeholders are found with their paths and filters`() {
    let template = Template(#"a{{ fetch.output.0.name | default("x|}") | shell_quote }}b"#)
    #expect(template.placeholders.count == 1)
    #expect(template.placeholders[0].path == ["fetch", "output", "0", "name"])
    #expect(template.placeholders[0].filters == [.fallback("x|}"), .shellQuote])
    #expect(template.only == nil)
    #expect(Template("{{x}}").only?.path == ["x"])
  }

  @Test(arguments: [
    "{{#if}}", "{{ 1 + 1 }}", "{{ f(x) }}", "{{}}", "{{ a..b }}", "{{ toJson(a) }}",
  ])
  func `what has not the form of a placeholder is left alone`(text: String) {
    #expect(Template(text).pieces == [.foreign(text)])
  }

  private static func show(_ piece: Template.Piece) -> String {
    switch piece {
    case .text(let text): text
    case .placeholder(let placeholder): "<\(placeholder.pathText)>"
    case .foreign(let source): "!\(source)"
    }
  }
}
