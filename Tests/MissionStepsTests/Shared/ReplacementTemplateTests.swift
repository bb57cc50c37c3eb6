import Testing

@testable import MissionSteps

@Suite struct ReplacementTemplateTests {
  @Test(arguments: [
    ("$1", "b"), ("$0!", "abc!"), ("${2}0", "c0"), ("$$1", "$1"), ("$", "$"), ("$x", "$x"), ("$9", ""),
    ("${a}", "${a}"), ("${1", "${1"), ("a$3b", "ab"), ("", ""),
  ])
  func `groups are put in, and all else stays`(template: String, text: String) {
    let filled = ReplacementTemplate(template).fill([0..<3, 1..<2, 2..<3, nil], in: Array("abc".utf8))
    #expect(String(decoding: filled, as: UTF8.self) == text)
  }

  @Test func `what lies between matches stays`() {
    let replaced = ReplacementTemplate("<$0>").replace([[1..<2], [2..<2], [3..<5]], in: Array("abcdef".utf8))
    #expect(String(decoding: replaced, as: UTF8.self) == "a<b><>c<de>f")
    #expect(ReplacementTemplate("x").replace([], in: []) == [])
  }
}
