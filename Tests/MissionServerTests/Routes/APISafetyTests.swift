import Formats
import HTTP
import MissionModel
import Sandbox
import TestSupport
import Testing

@testable import MissionServer

@Suite struct APISafetyTests {
  private let denied = """
    name: x
    steps:
      - {id: a, step_type: noop}
      - id: b
        step_type: command
        parameters:
          command: rm -rf /srv
    """

  @Test func `what the policy denies is 403 with line and column, and nothing is stored`() async throws {
    try await ServerFixture.with { server in
      let reply = try await server.post("/missions/execute", denied)
      #expect(reply.status == 403)
      #expect(reply.headers["Content-Type"] == "application/problem+json")
      let error = try #require(reply.json["errors"]?.arrayValue?.first)
      #expect(error["pointer"] == "/steps/1/parameters/command")
      #expect(error["line"] == 7 && error["column"] == 16)
      #expect(error["hint"]?.stringValue?.contains("policy.commands.deny") == true)
      #expect(!(try await server.get("/missions")).text.contains("created_at"))
      // Whoever is refused leaves a trace all the same.
      let trail = try await server.get("/audit").text
      #expect(trail.contains(#""denied""#) && trail.contains("the policy says no: /steps/1"))
    }
  }

  @Test func `what is wrong as well as denied is 400`() async throws {
    try await ServerFixture.with { server in
      let reply = try await server.post("/missions/execute", denied + "\nnonsense: 1\n")
      #expect(reply.status == 400)
      #expect(reply.json["errors"]?.arrayValue?.count == 2)
    }
  }

  @Test func `a step that comes to what is denied fails, and is not tried again`() async throws {
    try await ServerFixture.with { server in
      let reply = try await server.post(
        "/missions/execute?wait=30",
        """
        name: x
        config: {retry_attempts: 3, retry_delay_ms: 0}
        context: {where: /srv/nothing-is-here}
        steps:
          - {id: a, step_type: command, parameters: {command: "rm -rf {{where}}"}}
        """)
      let step = try #require(reply.json["step_results"]?["a"])
      #expect(step["status"] == "failed" && step["attempts"] == 1)
      #expect(
        step["error"]?.stringValue
          == #"run rm: "rm -rf /srv/nothing-is-here" is denied by the rule "rm -r|-R|--recursive {outside}"; "#
          + "to allow it, take the rule out of policy.commands.deny in missiond.yaml")
    }
  }

  @Test func `the safety report says what may be touched and what is denied`() async throws {
    try await ServerFixture.with { server in
      let reply = try await server.post("/missions/validate?safety=1", denied)
      #expect(reply.status == 200 && reply.json["valid"] == true)
      let safety = try #require(reply.json["safety"])
      #expect(safety["denied"] == true && safety["risk"] == "high" && safety["sandbox"] == "off")
      #expect(safety["steps"]?[1]?["programs"] == ["rm"])
      #expect(safety["steps"]?[1]?["denials"]?[0]?["line"] == 7)
      #expect(safety["note"]?.stringValue?.contains("the sandbox is the boundary") == true)
    }
  }

  @Test func `the report of what is no mission is null`() async throws {
    try await ServerFixture.with { server in
      let reply = try await server.post("/missions/validate?safety=1", "name: x\n")
      #expect(reply.json["valid"] == false && reply.json["safety"] == .some(.null))
    }
  }

  @Test func `a mission that would loosen the daemon's limits is 403`() async throws {
    try await ServerFixture.with({ $0.confinement.limits.openFiles = 64 }) { server in
      let mission = """
        name: x
        config: {limits: {open_files: 65}}
        steps:
          - {id: a, step_type: noop}
        """
      let reply = try await server.post("/missions/execute", mission)
      #expect(reply.status == 403)
      #expect(reply.json["errors"]?[0]?["message"] == "65 is more than the daemon's 64")
    }
  }
}
