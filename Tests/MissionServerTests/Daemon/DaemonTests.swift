import Formats
import HTTP
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
