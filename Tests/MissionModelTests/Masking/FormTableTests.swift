import TestSupport
import Testing

@testable import MissionModel

@Suite struct FormTableTests {
  private static let long = "a-form-of-more-than-twenty-bytes"

  private func places(_ text: String, _ forms: [String]) -> [Range<Int>] {
    let table = FormTable(Set(forms.map { Array($0.utf8) }))
    return Array(text.utf8).withUnsafeBytes { table.places(in: $0, before: $0.count) }
  }

  @Test func `short and long forms are found in the order of the text`() {
    let text = "\(Self.long) abcdef \(Self.long)abcdef"
    #expect(places(text, ["abcdef", Self.long]) == [0..<32, 33..<39, 40..<72, 72..<78])
    #expect(places(text, [Self.long]) == [0..<32, 40..<72])
    #expect(places(text, ["abcdef"]) == [33..<39, 72..<78])
  }

  @Test func `what begins at one place in both groups is told of both`() {
    #expect(Set(places(Self.long, ["a-form", Self.long])) == [0..<6, 0..<32])
  }

  @Test(arguments: ["abc", "a-form-of", "a-form-of-more-than"])
  func `the beginning of any form may go on`(text: String) {
    let table = FormTable([Array("abcdef".utf8), Array(Self.long.utf8)])
    #expect(Array("of \(text)".utf8).withUnsafeBytes { table.firstOpenPlace(in: $0) } == 3)
    #expect(Array("of \(text)!".utf8).withUnsafeBytes { table.firstOpenPlace(in: $0) } == text.utf8.count + 4)
    #expect(table.longest == 32)
    #expect(table.all.count == 2)
  }

  @Test func `random texts give what a plain search gives`() {
    var generator = SeededBytes(seed: 12)
    func random(_ count: Int) -> String {
      String((0..<count).map { _ in "abc".randomElement(using: &generator) ?? "a" })
    }
    for _ in 0..<200 {
      let forms = (0..<6).map { _ in random(Int.random(in: 6...40, using: &generator)) }
      let text = forms.map { random(9) + $0 }.joined() + random(9)
      let bytes = Array(text.utf8)
      let covered = Set(places(text, forms).joined())
      var expected: Set<Int> = []
      for place in bytes.indices {
        for form in forms where bytes[place...].starts(with: form.utf8) {
          expected.formUnion(place..<place + form.utf8.count)
        }
      }
      #expect(covered == expected)
    }
  }
}
