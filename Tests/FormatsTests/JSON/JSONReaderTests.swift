import Formats
import Testing

@Suite struct JSONReaderTests {
  @Test func `members and elements are read one by one and values are skipped as ranges`() throws {
    let text =
      #" { "name": "x\ny", "steps": [ {"id": 1 }, [2], "three" ], "rest": {"deep": [1, {"a": null}]} } "#
    let bytes = Array(text.utf8)
    var seen: [String] = []
    try JSONReader.read(bytes) { (reader) throws(JSONError) in
      try reader.beginObject()
      while let key = try reader.nextKey() {
        switch key {
        case "name": seen.append(try reader.string())
        case "steps":
          try reader.beginArray()
          while try reader.nextElement() {
            let kind = try reader.nextKind()
            let range = try reader.skip()
            seen.append("\(kind) " + String(decoding: bytes[range], as: UTF8.self))
          }
        default: seen.append(key + " " + (try reader.value().compact))
        }
      }
      try reader.end()
    }
    #expect(
      seen == [
        "x\ny", "object {\"id\": 1 }", "array [2]", "string \"three\"", "rest {\"deep\":[1,{\"a\":null}]}",
      ])
  }

  @Test func `empty objects and arrays end at once`() throws {
    try JSONReader.read(Array("[{}, []]".utf8)) { (reader) throws(JSONError) in
      try reader.beginArray()
      #expect(try reader.nextElement())
      try reader.beginObject()
      #expect(try reader.nextKey() == nil)
      #expect(try reader.nextElement())
      try reader.beginArray()
      #expect(try !reader.nextElement())
      #expect(try !reader.nextElement())
      try reader.end()
    }
  }

  @Test(arguments: [
    ("{\"a\":[1,}", "line 1, column 9: expected a value, found \"}\""),
    (
      "{\"a\":\"\\q\"}",
      "line 1, column 7: unknown escape: JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX"
    ),
    ("{\"a\":1 \"b\":2}", "line 1, column 8: expected \",\" or \"}\", found \"\"\""),
  ])
  func `what is skipped is validated all the same`(text: String, message: String) {
    #expect(throws: JSONError.self) {
      do throws(JSONError) {
        try JSONReader.read(Array(text.utf8)) { (reader) throws(JSONError) in _ = try reader.skip() }
      } catch {
        #expect(error.description == message)
        throw error
      }
    }
  }

  @Test func `depth counts through what the caller went into`() {
    var limits = DocumentLimits()
    limits.depth = 2
    #expect(throws: JSONError.self) {
      try JSONReader.read(Array("[[[]]]".utf8), limits: limits) { (reader) throws(JSONError) in
        try reader.beginArray()
        _ = try reader.nextElement()
        try reader.beginArray()
        _ = try reader.nextElement()
        _ = try reader.skip()
      }
    }
  }

  @Test func `keys can be looked at without making strings of them`() throws {
    let lengths = try JSONReader.read(Array(#"{"abc":1,"a\tb":2}"#.utf8)) { (reader) throws(JSONError) in
      var lengths: [Int] = []
      try reader.beginObject()
      while let length = try reader.withNextKey({ $0.count }) {
        lengths.append(length)
        _ = try reader.skip()
      }
      return lengths
    }
    #expect(lengths == [3, 3])
  }
}
