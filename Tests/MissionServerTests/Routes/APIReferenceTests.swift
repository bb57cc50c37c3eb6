import Formats
import HTTP
import Testing

@testable import MissionServer

@Suite struct APIReferenceTests {
  @Test func `every step type is described`() async throws {
    try await ServerFixture.with { server in
      let types = try await server.get("/step-types").json["step_types"]?.arrayValue ?? []
      #expect(types.contains { $0["step_type"] == "command" })
      for type in types {
        let name = try #require(type["step_type"]?.stringValue)
        #expect(try await server.get("/step-types/\(name)").json == type)
        #expect(type["parameters"]?["type"] == "object")
      }
      #expect(try await server.get("/step-types/CreateFile").json["step_type"] == "create_file")
      let unknown = try await server.get("/step-types/comand")
      #expect(unknown.status == 404)
      #expect(unknown.json["detail"] == #"there is no step type "comand"; did you mean "command"?"#)
    }
  }

  @Test func `the schema and the description of the API are there`() async throws {
    try await ServerFixture.with { server in
      let schema = try await server.get("/schema/mission.json")
      #expect(schema.headers["Content-Type"] == "application/schema+json")
      #expect(schema.json["$schema"] == "https://json-schema.org/draft/2020-12/schema")
      let api = try await server.get("/openapi.json").json
      #expect(api["openapi"] == "3.1.0")
      #expect(api["paths"]?["/missions/execute"]?["post"]?["responses"]?["202"] != nil)
    }
  }
}
