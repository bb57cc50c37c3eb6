import Formats
import MissionModel
import MissionSteps
import Sandbox
import TestSupport
import Testing

@Suite struct DatabaseTargetTests {
  private static func target(_ connection: String, named: [String: String] = [:]) async throws
    -> DatabaseTarget
  {
    var runner = try StepRunner()
    runner.capabilities.databases = .live(named: named)
    return try await DatabaseTarget(
      connection, .sql, access: .write, in: runner.context(StepDeclaration(SQLQueryStep.self)))
  }

  @Test func `a name is looked up and stays the title`() async throws {
    let target = try await Self.target("sales", named: ["sales": "postgresql://u:p@h/d"])
    #expect(target.title == "sales")
    guard case .server(let server) = target.place else { throw TestSupportError("no server") }
    #expect(server.password == "p")
  }

  @Test(arguments: [
    ("x", "connection: the configuration has no database \"x\"; it has a, b"),
    (
      "a",
      "databases.a of the configuration: connection: has the scheme \"foo\"; "
        + "sqlite, postgresql, mysql and redis are possible"
    ),
    ("b", "databases.b of the configuration: is a name itself"),
    ("redis://h", "connection: Redis takes no SQL"),
  ])
  func `what cannot be used is told`(connection: String, message: String) async {
    await #expect(throws: StepFailure(.badParameters, message)) {
      _ = try await Self.target(connection, named: ["a": "foo://", "b": "c"])
    }
  }
}
