import Formats
import SQLite
import Testing

@testable import MissionStore

@Suite struct StoredJSONTests {
  @Test func `what is empty takes no room`() throws {
    #expect(StoredJSON.column(.null) == .null)
    #expect(StoredJSON.column([String]()) == .null)
    #expect(StoredJSON.column([String: String]()) == .null)
    #expect(try StoredJSON.value(nil) == .null)
    #expect(try StoredJSON.texts(nil) == [])
    #expect(try StoredJSON.map(nil) == [:])
  }

  @Test func `maps are written in one order, so that equal ones are equal rows`() throws {
    #expect(StoredJSON.column(["b": "2", "a": "1"]) == .text(#"{"a":"1","b":"2"}"#))
    #expect(try StoredJSON.map(#"{"a":"1","b":"2"}"#) == ["b": "2", "a": "1"])
    #expect(try StoredJSON.texts(#"["x","y"]"#) == ["x", "y"])
  }

  @Test func `text that is no JSON is damage`() {
    let error = #expect(throws: SQLiteError.self) { try StoredJSON.value("{") }
    #expect(error?.isCorrupt == true)
  }
}
