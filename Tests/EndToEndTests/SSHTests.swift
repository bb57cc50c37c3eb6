import Formats
import Foundation
import TestSupport
import Testing

/// `ssh_execute` with a password: the program that runs the mission is also the one that ssh asks.
@Suite struct SSHTests {
  /// Runs one step by `mission run`; gives its result.
  private func run(_ server: SSHServer, _ parameters: String) async throws -> JSON {
    let mission = """
      name: remote
      steps:
        - id: there
          step_type: ssh_execute
          parameters:
            { host: 127.0.0.1, port: \(server.port), username: \(server.user), known_hosts: known,
              \(parameters) }
      """
    let record = try await TestProcess.run(
      TestProcess.product("mission"), ["run", "--json", "-"], directory: server.path, input: mission)
    let job = try JSONParser.parse(Array(record.output.utf8))
    return try #require(job["step_results"]?["there"])
  }

  @Test func `a password is handed over once, and shows nowhere`() async throws {
    #expect(geteuid() == 0, "a server that checks passwords needs root, and a mount namespace of its own")
    let server = try await SSHServer(password: "correct-horse")
    let right = try await run(server, "password: correct-horse, command: 'env; ps axww'")
    #expect(right["status"] == "success")
    #expect(!right.compact.contains("correct-horse"))
    let wrong = try await run(server, "password: wrong-horse, command: id")
    #expect(wrong["status"] == "failed")
    #expect(wrong["error"]?.stringValue?.contains("check username, identity_file and password") == true)
    #expect(!wrong.compact.contains("wrong-horse"))
  }
}
