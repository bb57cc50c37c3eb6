import Formats
import MissionSteps
import Testing

@Suite struct DataLayoutTests {
  private func json(_ text: String) throws -> String {
    String(decoding: try DataLayout.json(Array(text.utf8)), as: UTF8.self)
  }
  private func yaml(_ text: String) throws -> String {
    String(decoding: try DataLayout.yaml(Array(text.utf8)), as: UTF8.self)
  }

  @Test(arguments: [
    ("1e3", "1e3\n"), ("[ ]", "[]\n"), ("[[],{}]", "[\n  [],\n  {}\n]\n"),
    ("{\"a\" :\"\\\\\" , \"b\":null}", "{\n  \"a\": \"\\\\\",\n  \"b\": null\n}\n"),
  ])
  func `JSON is laid out, its scalars stay as written`(text: String, expected: String) throws {
    #expect(try json(text) == expected)
    #expect(try json(expected) == expected)
  }

  @Test func `YAML keeps its comments, and blanks that are values`() throws {
    #expect(try yaml("a: 1 # why \n\n\n") == "a: 1 # why\n")
    let block = "a: |\n  text  \n  more\n"
    #expect(try yaml(block) == block)
    #expect(try yaml("") == "")
  }

  @Test func `what is no JSON or YAML is refused`() {
    #expect(throws: JSONError.self) { try json("{") }
    #expect(throws: YAMLError.self) { try yaml("a: [") }
  }
}
