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

  @Test func `a name in a sub-step of a chain, of a chain in a chain too, is told as well`() throws {
    let chain = try #require(BuiltinCatalog.catalog["chain"])
    let query: JSON = [
      "step_type": "sql_query", "parameters": ["connection": "sale", "query": "SELECT 1"],
    ]
    let inner: JSON = ["step_type": "chain", "parameters": ["steps": [query]]]
    let warnings = ConnectionNames { ["sales"] }.warnings(
      chain, ["steps": [["step_type": "noop"], query, inner, ["step_type": "unknown"]]])
    #expect(
      warnings.map(\.pointer) == [
        "/parameters/steps/1/parameters/connection",
        "/parameters/steps/2/parameters/steps/0/parameters/connection",
      ])
    #expect(warnings.allSatisfy { $0.message == "the configuration has no database \"sale\"" })
    // What is written badly is told by the validation of the chain.
    #expect(ConnectionNames { [] }.warnings(chain, ["steps": [query, 1]]) == [])
  }

  @Test(arguments: [("tool", "parameters"), ("tool_name", "params")])
  func `a name in the call of a tool is told as well`(tool: String, parameters: String) throws {
    let type = try #require(BuiltinCatalog.catalog["tool"])
    let call: JSONObject = [
      tool: "redis_get", parameters: ["redis_url": "cach", "key": "a"],
    ]
    #expect(
      ConnectionNames { ["cache"] }.warnings(type, call) == [
        Problem(
          .warning, at: "/parameters/\(parameters)/redis_url", "the configuration has no database \"cach\"",
          hint: "did you mean \"cache\"?")
      ])
    #expect(ConnectionNames { [] }.warnings(type, [tool: "calculator", parameters: [:]]) == [])
  }

  @Test(arguments: ["sales", "sqlite:a.db", "postgresql://localhost/a", "{{context.database}}"])
  func `names that are known, addresses and placeholders are left alone`(connection: String) throws {
    #expect(try Self.warnings(connection, known: ["sales"]) == [])
  }
}
