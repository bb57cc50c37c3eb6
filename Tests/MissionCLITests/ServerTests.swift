import Formats
import HTTP
import Posix
import TestSupport
import Testing

@testable import MissionCLI

@Suite(.timeLimit(.minutes(1))) struct ServerTests {
  @Test func `the daemon is the one that --server names, else the one of MISSIOND_URL`() async throws {
    let (first, second) = (
      try LoopbackServer.daemon { _ in (200, ["missions": []]) },
      try LoopbackServer.daemon { _ in (200, ["missions": []]) }
    )
    let environment = ["MISSIOND_URL": second.url("")]
    _ = await ToolRun(["list", "--server", first.url("")], environment: environment)
    #expect((first.requests.value.count, second.requests.value.count) == (1, 0))
    _ = await ToolRun(["list"], environment: environment)
    #expect((first.requests.value.count, second.requests.value.count) == (1, 1))
    let wrong = await ToolRun(["list", "--server", "ftp://x"])
    #expect(wrong.status == .usage)
  }

  @Test func `without a name it is at the user's Unix socket, unless nobody listens there`() async throws {
    let directory = try TemporaryDirectory()
    let environment = ["XDG_RUNTIME_DIR": directory.path, "MISSIOND_URL": ""]
    let path = directory / "missiond.sock"
    let arguments = try Arguments([], flags: Server.flags, operands: [])
    do {
      let listener = try Socket.listen(on: .unix(path))
      #expect(Server.address(arguments, environment) == path)
      _ = listener.rawValue
    }
    #expect(directory.contains("missiond.sock"))
    #expect(Server.address(arguments, environment) == Server.defaultAddress)
  }

  @Test func `a token comes from a file or the environment, without the line's end`() async throws {
    let server = try LoopbackServer.daemon { _ in (200, ["missions": []]) }
    let directory = try TemporaryDirectory()
    let file = try directory.write("from-a-file \n", to: "token")
    let environment = ["MISSIOND_TOKEN": "from-the-environment"]
    _ = await ToolRun(["list", "--server", server.url(""), "--token-file", file], environment: environment)
    _ = await ToolRun(["list", "--server", server.url("")], environment: environment)
    _ = await ToolRun(["list", "--server", server.url("")])
    let tokens = server.requests.value.map { request in
      request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("authorization:") }
    }
    #expect(
      tokens.map { $0?.split(separator: " ").last }
        == ["from-a-file", "from-the-environment", nil])
    let missing = await ToolRun(["list", "--server", server.url(""), "--token-file", directory / "no"])
    #expect(missing.status == .usage)
    #expect(missing.errors.contains("read \(directory / "no"): no such file or directory"))
  }

  @Test(
    arguments: [
      (400, #"{"detail":"2 errors","errors":[{"pointer":"/a","message":"is odd"}]}"#, .invalidMission),
      (403, #"{"detail":"denied","errors":[{"pointer":"/a","message":"is denied"}]}"#, .denied),
      (403, #"{"detail":"no scope"}"#, .failed), (404, #"{"title":"Not Found"}"#, .failed),
      (503, "{}", .failed),
    ] as [(Int, String, MissionCLI.ExitStatus)])
  func `a refusal is an exit status and words`(
    status: Int, body: String, exit: MissionCLI.ExitStatus
  ) throws {
    #expect(Server.refusal(status, try JSONParser.parse(body)).status == exit)
  }

  @Test func `the words of a refusal are the daemon's, a line for each problem`() throws {
    let problem: JSON = [
      "detail": "the mission has 1 error\u{7}",
      "errors": [["pointer": "/steps", "line": 2, "column": 3, "message": "is empty"]],
    ]
    #expect(
      Server.refusal(400, problem).message
        == #"the mission has 1 error\x07"# + "\n  " + ProblemText.line(problem["errors"]?[0] ?? .null))
    #expect(Server.refusal(500, [:]).message == "refused with status 500")
  }

  @Test func `an answer that is not JSON is not taken for a daemon's`() async throws {
    let server = try LoopbackServer { _ in
      .bytes("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")
    }
    let run = await ToolRun(["list", "--server", server.url("")])
    #expect(run.status == .unreachable)
    #expect(run.errors.hasPrefix("mission list: the server's answer is not JSON: "))
    #expect(run.errors.contains("; is it a missiond?"))
  }

  @Test func `where nobody listens it says how to start a daemon`() async {
    let run = await ToolRun(["list", "--server", "http://127.0.0.1:1"])
    #expect(run.status == .unreachable)
    #expect(run.errors.hasPrefix("mission list: cannot reach http://127.0.0.1:1"))
    #expect(run.errors.hasSuffix("\nstart it with: missiond, or name it with --server or MISSIOND_URL\n"))
  }
}
