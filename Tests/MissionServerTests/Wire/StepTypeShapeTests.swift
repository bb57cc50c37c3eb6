import Formats
import MissionKit
import MissionModel
import Testing

@testable import MissionServer

@Suite struct StepTypeShapeTests {
  private func type(_ name: String) throws -> StepDeclaration {
    guard case .found(let type) = BuiltinCatalog.catalog.look(up: name) else { throw WireFixtureError.noType }
    return type
  }

  @Test func `a type is described by its own declaration`() throws {
    let noop = try type("noop")
    let shown = StepTypeShape.describe(noop, missing: [])
    #expect(shown["step_type"] == "noop")
    #expect(shown["description"] == .string(noop.summary))
    #expect(shown["parameters"] == noop.parameterSchema)
    #expect(shown["effects"] == [])
    #expect(shown["requirements"] == [])
    #expect(shown["available"] == true)
    #expect(shown["outputs"]?[0]?["name"] == "message")
    #expect(shown["example"] == .string(noop.example))
  }

  @Test func `a program that is missing makes a type unavailable and is told with its package`() throws {
    let status = try type("git_status")
    let there = StepTypeShape.describe(status, missing: [])
    #expect(there["available"] == true)
    #expect(
      there["requirements"]
        == [["kind": "program", "any_of": ["git"], "package": "git", "essential": true, "met": true]])
    let gone = StepTypeShape.describe(status, missing: status.requirements)
    #expect(gone["available"] == false)
    #expect(gone["requirements"]?[0]?["met"] == false)
  }

  @Test func `what only some uses need leaves a type available`() throws {
    let query = try type("sql_query")
    let shown = StepTypeShape.describe(query, missing: query.requirements)
    #expect(shown["available"] == true)
    #expect(
      shown["requirements"]?[0]
        == [
          "kind": "library", "any_of": ["libpq.so.5"], "package": "libpq5", "essential": false, "met": false,
        ])
  }
}
