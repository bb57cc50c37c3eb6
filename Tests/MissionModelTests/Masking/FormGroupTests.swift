import TestSupport
import Testing

@testable import MissionModel

@Suite struct FormGroupTests {
  private func places(_ text: String, _ forms: [String], before end: Int? = nil) -> [Range<Int>] {
    let group = FormGroup(Set(forms.map { Array($0.utf8) }))
    var found: [Range<Int>] = []
    Array(text.utf8).withUnsafeBytes { bytes in
      group.search(bytes, before: end ?? bytes.count) { found.append($0) }
    }
    return found
  }

  @Test(arguments: 0..<40)
  func `a form is found wherever it begins`(before: Int) {
    let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    let text = String(repeating: "-", count: before) + letters
    for count in 6...52 {
      let form = String(letters.prefix(count))
      #expect(places(text, [form]) == [before..<before + count])
      #expect(places(text + "-", [form, "another-form"]) == [before..<before + count])
      #expect(places(String(text.dropLast(53 - count)), [form]) == [])
    }
  }

  @Test func `forms that begin at or behind the end are left alone`() {
    #expect(places("abcdefabcdef", ["abcdef"], before: 6) == [0..<6])
    #expect(places("abcdefabcdef", ["abcdef"], before: 7) == [0..<6, 6..<12])
    #expect(places("abcdef", ["abcdef"], before: 0) == [])
    #expect(places("", ["abcdef"]) == [])
  }

  @Test func `of forms that begin at one place the longest is found`() {
    #expect(places("abcdefgh", ["abcdef", "abcdefgh", "abcdefghi"]) == [0..<8])
  }

  @Test(arguments: [6...16, 19...22, 24...40])
  func `random texts give what a plain search gives`(lengths: ClosedRange<Int>) {
    var generator = SeededBytes(seed: 11)
    func random(_ count: Int) -> String {
      String((0..<count).map { _ in "abc".randomElement(using: &generator) ?? "a" })
    }
    for _ in 0..<200 {
      var forms = (0..<3).map { _ in random(Int.random(in: lengths, using: &generator)) }
      // By chance no long form is ever in a text.
      let text = random(100) + forms[0] + forms[1].dropFirst() + forms[2] + random(100)
      forms.append(String(text.dropFirst(90).prefix(lengths.upperBound)))
      let bytes = Array(text.utf8)
      var expected: [Range<Int>] = []
      for place in bytes.indices {
        let lengths = forms.filter { bytes[place...].starts(with: $0.utf8) }.map { $0.utf8.count }
        if let longest = lengths.max() { expected.append(place..<place + longest) }
      }
      #expect(places(text, forms) == expected)
    }
  }
}
