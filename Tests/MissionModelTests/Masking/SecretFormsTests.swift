import Formats
import Testing

@testable import MissionModel

@Suite struct SecretFormsTests {
  private func forms(_ secret: String) -> Set<String> {
    Set(SecretForms.all(of: secret).map { String(decoding: $0, as: UTF8.self) })
  }

  @Test func `a secret is looked for as each filter leaves it`() {
    let forms = forms(" It's a Key/1 ")
    for form in ["It's a Key/1", "it's a key/1", "IT'S A KEY/1", "It'\\''s a Key/1"] {
      #expect(forms.contains { $0 == form || $0.contains(form) }, "\(form)")
    }
  }

  @Test func `a secret is looked for in percent-encoding of either case, and as a form has it`() {
    let forms = forms("pass ?word/ö")
    #expect(
      forms.isSuperset(of: ["pass%20%3Fword%2F%C3%B6", "pass%20%3fword%2f%c3%b6", "pass+%3Fword%2F%C3%B6"]))
  }

  @Test func `a secret is looked for as JSON has it, with slashes escaped and in ASCII`() {
    let forms = forms("say \"hi\"/ö")
    #expect(forms.isSuperset(of: [#"say \"hi\"/ö"#, #"say \"hi\"\/ö"#, #"say \"hi\"/\u00f6"#]))
  }

  @Test func `no form is shorter than what may be masked`() {
    #expect(SecretForms.all(of: "abcdef").allSatisfy { $0.count >= SecretForms.leastBytes })
    #expect(SecretForms.all(of: "  abcde ").allSatisfy { $0.count >= SecretForms.leastBytes })
  }

  @Test func `long lines of a secret of many lines are forms of their own`() {
    let forms = forms("first line of it\r\nshort\nsecond line of it")
    #expect(forms.isSuperset(of: ["first line of it", "second line of it"]))
    #expect(!forms.contains("short"))
  }

  @Test(arguments: 0..<7)
  func `a secret inside of an encoded text is found at every place`(before: Int) {
    let secret = "hunter2-hunter2"
    let encoded = Base64.encode(Array((String(repeating: "x", count: before) + secret + "yy").utf8))
    #expect(forms(secret).contains { encoded.contains($0) })
  }
}
