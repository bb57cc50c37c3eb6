import Formats
import HTTP
import Sandbox
import TestSupport
import Testing

@testable import MissionServer

@Suite struct DaemonTests {
  @Test func `a second daemon is kept away from the state directory`() async throws {
    let server = try await ServerFixture()
    await #expect(throws: StartError.self) { try await ServerFixture(in: server.directory, isSecond: true) }
    await server.stop()
    let next = try await ServerFixture(in: server.directory)
    await next.stop()
  }

  @Test func `jobs that wait are carried out by the next daemon`() async throws {
    let first = try await ServerFixture { $0.executors = 0 }
    let id = try #require(try await first.post("/missions/execute", Missions.noop).json["id"]?.stringValue)
    await first.stop()
    let next = try await ServerFixture(in: first.directory)
    #expect(try await next.get("/missions/\(id)?wait=60").json["status"] == "completed")
    await next.stop()
  }

  @Test func `a job may work in a directory that it names`() async throws {
    let directory = try TemporaryDirectory()
    _ = try directory.write("here", to: "named/input")
    let server = try await ServerFixture { $0.writePaths = [directory.path] }
    let mission = "name: x\nsteps: [{id: a, step_type: read_file, parameters: {path: input}}]"
    let job = try await server.execute(mission, query: "&workspace=\(directory / "named")")
    #expect(job["step_results"]?["a"]?["output"]?["content"] == "here")
    let id = try #require(job["id"]?.stringValue)
    _ = try await server.ask(.delete, "/missions/\(id)")
    #expect(directory.contains("named/input"))
    await server.stop()
  }

  @Test func `a directory that a job names opens nothing that stays closed`() async throws {
    let directory = try TemporaryDirectory()
    _ = try directory.write("key", to: "named/closed/key")
    let state = directory / "named/state"
    let server = try await ServerFixture {
      $0.writePaths = [directory / "named"]
      $0.policy.deniedPaths = [directory / "named/closed"]
      $0.stateDirectory = state
    }
    for path in ["closed/key", "state/missiond.db"] {
      let mission = "name: x\nsteps: [{id: a, step_type: read_file, parameters: {path: \(path)}}]"
      let job = try await server.execute(mission, query: "&workspace=\(directory / "named")")
      #expect(
        job["step_results"]?["a"]?["error"]
          == .string("read \(path): it leads to a place that file steps may not touch"))
    }
    for path in ["named/closed", "named/state", "named/state/logs"] {
      let reply = try await server.post(
        "/missions/execute?workspace=\(directory / path)", Missions.noop)
      #expect(reply.status == 400)
      #expect(reply.json["detail"]?.stringValue?.hasSuffix("which stays closed to missions") == true)
    }
    await server.stop()
  }

  @Test func `only what the configuration names reaches missions from the environment`() async throws {
    let server = try await ServerFixture(environment: ["SEEN": "yes", "HIDDEN": "no"]) {
      $0.passedEnvironment = ["SEEN"]
    }
    func message(_ name: String) async throws -> JSON {
      try await server.execute(
        "name: x\nsteps: [{id: a, step_type: noop, parameters: {message: \"{{env.\(name)}}\"}}]")
    }
    #expect(try await message("SEEN")["step_results"]?["a"]?["output"]?["message"] == "yes")
    #expect(try await message("HIDDEN")["status"] != "completed")
    await server.stop()
  }
}
