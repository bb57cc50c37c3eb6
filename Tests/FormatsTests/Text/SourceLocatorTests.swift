import Formats
import Testing

@Suite struct SourceLocatorTests {
  private let json = """
    {
      "é": [1, {"b": true}],
      "steps": [{}, {"id": "x", "a/b": null}]
    }
    """

  @Test(
    arguments: [
      ("", nil, (1, 1)), ("/é", (2, 3), (2, 8)), ("/é/1", nil, (2, 12)), ("/é/1/b", (2, 13), (2, 18)),
      ("/steps/1/id", (3, 18), (3, 24)), ("/steps/1/a~1b", (3, 29), (3, 36)),
    ] as [(String, (Int, Int)?, (Int, Int))])
  func `places of JSON are found with their keys`(pointer: String, key: (Int, Int)?, value: (Int, Int)) {
    let found = SourceLocator.locate([pointer, "/steps/0/none", "/nowhere"], in: Array(json.utf8), .json)
    #expect(found[pointer]?.key == key.map { TextPosition(line: $0.0, column: $0.1) })
    #expect(found[pointer]?.value == TextPosition(line: value.0, column: value.1))
    #expect(found.count == 1)
  }

  private let yaml = """
    # comment
    name: x
    base: &base
      id: y
    steps:
      - {id: é, "k": v}
      - *base
      - <<: *base
        own: 1
    """

  @Test(
    arguments: [
      ("", nil, (2, 1)), ("/name", (2, 1), (2, 7)), ("/steps", (5, 1), (6, 3)),
      ("/steps/0/k", (6, 13), (6, 18)),
      ("/steps/1/id", nil, (7, 5)), ("/steps/2/id", (8, 5), (8, 5)), ("/steps/2/own", (9, 5), (9, 10)),
    ] as [(String, (Int, Int)?, (Int, Int))])
  func `places of YAML are found, through aliases and merge keys`(
    pointer: String, key: (Int, Int)?, value: (Int, Int)
  ) {
    let found = SourceLocator.locate([pointer, "/nowhere"], in: Array(yaml.utf8), .yaml)
    #expect(found[pointer]?.key == key.map { TextPosition(line: $0.0, column: $0.1) })
    #expect(found[pointer]?.value == TextPosition(line: value.0, column: value.1))
    #expect(found.count == 1)
  }

  @Test func `a broken text gives what comes before its fault`() {
    let found = SourceLocator.locate(["/a", "/b"], in: Array("{\"a\": 1, \"b\" }".utf8), .json)
    #expect(Set(found.keys) == ["/a"])
    #expect(SourceLocator.locate(["/a"], in: [], .yaml).isEmpty)
    #expect(SourceLocator.locate(["/a"], in: [], .json).isEmpty)
  }
}
