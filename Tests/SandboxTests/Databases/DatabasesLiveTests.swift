import Formats
import MissionModel
import SQLite
import TestSupport
import Testing

@testable import Sandbox

/// `Databases.live` and the conversions of `SQLiteValues`.
@Suite struct DatabasesLiveTests {
  private static func query(_ sql: String) -> DatabaseQuery {
    DatabaseQuery(
      place: .memory, title: "m", sql: sql, values: [], isReadOnly: false, isTransaction: true)
  }

  @Test func `rows come in pieces`() async throws {
    let rows = try await Databases.live().query(Self.query("VALUES (1), (2), (3)"))
    #expect(try await rows.next(2) == [[1], [2]])
    #expect(try await rows.next(2) == [[3]])
    #expect(try await rows.next(2) == [])
    #expect(try await rows.finish() == DatabaseRows.Effect(rowsAffected: 0, lastInsertID: nil))
  }

  @Test(arguments: [
    (SQLValue.integer(1), "BOOL", "true"), (.integer(2), "BOOLEAN", "2"), (.integer(1), "INT", "1"),
    (.text("{"), "json", #""{""#), (.text("[1]"), "json", "[1]"), (.text("[1]"), "TEXT", #""[1]""#),
    (.null, "", "null"), (.real(.infinity), "", #""inf""#), (.bytes([]), "", #""""#),
  ])
  func `values are shown as what they are`(value: SQLValue, type: String, shown: String) {
    #expect(SQLiteValues.shown(value, type: type).compact == shown)
  }

  @Test(
    arguments: [
      (5, "query m: another process holds the database locked; end its transaction, or retry"),
      (14, "query m: the file cannot be opened: words"), (1, "query m: words"),
    ] as [(Int32, String)])
  func `errors are told in words`(code: Int32, text: String) {
    let error = SQLiteError(code: code, message: "words", operation: "x")
    #expect(SQLiteValues.failure(error, "m").message == text)
  }

  @Test func `a step that did not declare databases has none`() async throws {
    await #expect(
      throws: StepFailure(.denied, "query m: this step type did not declare that it uses databases")
    ) {
      try await Capabilities(databases: .live()).limited(to: .usesNetwork).databases.query(Self.query(""))
    }
  }
}
