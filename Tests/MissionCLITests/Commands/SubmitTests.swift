import Formats
import HTTP
import TestSupport
import Testing

@testable import MissionCLI

@Suite(.timeLimit(.minutes(1))) struct SubmitTests {
  @Test func `a submission carries document, type, key and query, and prints the job's id`() async throws {
    let server = try LoopbackServer.daemon { _ in (202, ShownJob.json("queued")) }
    let directory = try TemporaryDirectory()
    let file = try directory.write("name: x\n", to: "m.yml")
    let run = await ToolRun([
      "submit", file, "--server", server.url(""), "--context", "a=b c", "--priority", "-7", "--workspace",
      "/w", "--unknown-fields", "warn", "--idempotency-key", "k1",
    ])
    #expect(run == ToolRun(.completed, "\(ShownJob.id)\n"))
    #expect(
      server.calls
        == ["POST /missions/execute?context.a=b%20c&priority=-7&workspace=%2Fw&unknown_fields=warn"])
    let request = server.requests.value[0].lowercased()
    #expect(request.contains("\r\ncontent-type: application/yaml\r\n"))
    #expect(request.contains("\r\nidempotency-key: k1\r\n"))
    #expect(request.hasSuffix("\r\n\r\nname: x\n"))
  }

  @Test func `standard input is sent as it is, its type for the daemon to find out`() async throws {
    let server = try LoopbackServer.daemon { _ in (202, ShownJob.json("queued")) }
    let run = await ToolRun(["submit", "-", "--server", server.url(""), "--json"], input: "{}")
    #expect(try JSONParser.parse(run.output)["id"] == .string(ShownJob.id))
    let request = server.requests.value[0]
    #expect(request.hasSuffix("\r\n\r\n{}"))
    #expect(!request.lowercased().contains("content-type:"))
  }

  @Test func `what is wrong with the words is told before anything is sent`() async throws {
    let server = try LoopbackServer.daemon { _ in (202, .null) }
    for words in [["--priority", "101"], ["--context", "novalue"]] {
      #expect(await ToolRun(["submit", "-", "--server", server.url("")] + words).status == .usage)
    }
    #expect(server.requests.value.isEmpty)
  }

  @Test func `an invalid mission and a denied one have exit statuses of their own`() async throws {
    for (status, exit) in [(400, MissionCLI.ExitStatus.invalidMission), (403, .denied)] {
      let server = try LoopbackServer.daemon { _ in
        (status, ["detail": "no", "errors": [["pointer": "/steps", "message": "is empty"]]])
      }
      #expect(await ToolRun(["submit", "-", "--server", server.url("")]).status == exit)
    }
  }

  @Test func `an answer without a job is none`() async throws {
    let server = try LoopbackServer.daemon { _ in (200, [:]) }
    let run = await ToolRun(["submit", "-", "--server", server.url("")])
    #expect(run.status == .unreachable)
    #expect(run.errors == "mission submit: the server's answer names no job; is it a missiond?\n")
  }

  @Test func `a query is encoded, and nothing is no query`() {
    #expect(QueryText.make([]) == "")
    #expect(QueryText.make([("a", "1&2"), ("é", "")]) == "?a=1%262&%C3%A9=")
  }
}

extension ToolRun {
  /// A run that wrote nothing but results.
  init(_ status: MissionCLI.ExitStatus, _ output: String) {
    self.status = status
    self.output = output
    errors = ""
  }
}
