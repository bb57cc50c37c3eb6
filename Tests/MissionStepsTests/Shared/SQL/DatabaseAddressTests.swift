import MissionModel
import MissionSteps
import Testing

@Suite struct DatabaseAddressTests {
  @Test(
    arguments: [
      ("sqlite:a.db", "a.db"), ("sqlite:///a/b", "/a/b"), ("SQLite3://a", "a"), ("sqlite::memory:", nil),
    ] as [(String, String?)])
  func `a connection string gives its path`(text: String, path: String?) throws {
    #expect(try DatabaseAddress(text).path == path)
    #expect(try DatabaseAddress(text).title == path ?? "a database in memory")
  }
}
