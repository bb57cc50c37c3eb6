import Foundation
import MissionKit
import MissionModel
import Testing

@testable import MissionCLI

@Suite struct ColumnsTests {
  @Test func `the second column begins at one place`() {
    #expect(Columns.text([("a", "first"), ("long", "second")]) == "  a     first\n  long  second\n")
    #expect(Columns.text([("a", "")]) == "  a  \n")
    #expect(Columns.text([]) == "")
  }

  @Test func `a long first cell gets a line of its own`() {
    let name = String(repeating: "n", count: 25)
    let indent = String(repeating: " ", count: 28)
    #expect(Columns.text([(name, "text")]) == "  \(name)\n\(indent)text\n")
    #expect(Columns.text([(String(name.dropLast()), "text")]) == "  \(name.dropLast())  text\n")
  }

  @Test func `long sentences are broken under their beginning`() {
    let words = Array(repeating: "word", count: 19).joined(separator: " ")
    #expect(Columns.text([("a", words + " x")]) == "  a  \(words)\n     x\n")
    #expect(Columns.text([("a", words)]) == "  a  \(words)\n")
    let unbroken = String(repeating: "u", count: 200)
    #expect(Columns.text([("a", "see " + unbroken + " there")]) == "  a  see\n     \(unbroken)\n     there\n")
  }

  @Test func `no page about a step type has lines over a hundred columns in its tables`() {
    for type in BuiltinCatalog.catalog.declarations {
      let page = StepTypeText.text(type, missing: [])
      let tables = page.components(separatedBy: "\nExample:\n")[0]
      for line in tables.split(separator: "\n") where line.hasPrefix("  ") {
        #expect(line.count <= 100, "\(type.name): \(line)")
      }
    }
  }
}
