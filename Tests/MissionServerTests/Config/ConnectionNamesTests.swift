import Formats
import MissionModel
import Testing

@testable import MissionKit
@testable import MissionServer

@Suite struct ConnectionNamesTests {
  private static func warnings(_ connection: String, known: [String]) throws -> [Problem] {
    let type = try #require(BuiltinCatalog.catalog["sql_query"])
    return ConnectionNames { known }.warnings(
      type, ["connection": .string(connection), "query": "SELECT 1"])
  }

  @Test func `a name that the configuration lacks is told at submission`() throws {
    #expect(
      try Self.warnings("sale", known: ["sales"]) == [
        Problem(
          .warning, at: "/parameters/connection", "the configuration has no database \"sale\"",
          hint: "did you mean \"sales\"?")
      ])
    #expect(
      try Self.warnings("reports", known: []).map(\.hint) == [
        "name it under databases: in the configuration before the step starts"
      ])
  }

  @Test(arguments: ["sales", "sqlite:a.db", "postgresql://localhost/a", "{{context.database}}"])
  func `names that are known, addresses and placeholders are left alone`(connection: String) throws {
    #expect(try Self.warnings(connection, known: ["sales"]) == [])
  }
}
