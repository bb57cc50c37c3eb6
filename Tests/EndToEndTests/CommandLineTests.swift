import Formats
import Foundation
import TestSupport
import Testing

/// `mission` as people type it, by itself and with a daemon.
@Suite struct CommandLineTests {
  private let directory: TemporaryDirectory
  private static let failing = """
    name: x
    steps: [{id: a, step_type: command, parameters: {shell: true, command: echo why; exit 3}}]
    """
  /// Its second grandchild ignores SIGTERM, its first has a session of its own.
  private static let stubborn = """
    name: stubborn
    steps:
      - id: a
        step_type: command
        parameters:
          shell: true
          command: "setsid sleep 995 & (trap '' TERM; touch begun; sleep 994) & sleep 993"
    """

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write("name: good\nsteps: [{id: a, step_type: noop}]\n", to: "good.yaml")
    try directory.write(Self.failing, to: "failing.yaml")
    try directory.write("name: bad\nsteps: [{id: a, step_type: nop}]\n", to: "bad.yaml")
    try directory.write(Self.stubborn, to: "stubborn.yaml")
    try directory.write("", to: "tokens", mode: 0o600)
  }

  private func start(_ arguments: [String], input: String = "", server: String? = nil) throws -> TestProcess {
    var environment = ["PATH": "/usr/bin:/bin", "TMPDIR": directory.path, "HOME": directory.path]
    environment["MISSIOND_URL"] = server
    return try TestProcess(
      TestProcess.product("mission"), arguments, environment: environment, directory: directory.path,
      input: input)
  }

  private func mission(
    _ arguments: String..., input: String = "", server: String? = nil
  ) async throws -> TestProcess.Record {
    let process = try start(arguments, input: input, server: server)
    let record = try await process.ended()
    withExtendedLifetime(process) {}
    return record
  }

  @Test func `the exit status tells how it went`() async throws {
    #expect(try await mission("run", "good.yaml").ending == .exited(0))
    #expect(try await mission("run", "-", input: Self.failing).ending == .exited(1))
    #expect(try await mission("run").ending == .exited(2))
    #expect(try await mission("run", "missing.yaml").ending == .exited(2))
    #expect(try await mission("frobnicate").ending == .exited(2))
    #expect(try await mission("run", "bad.yaml").ending == .exited(3))
    let unreachable = "http://127.0.0.1:\(try FreePort().number)"
    #expect(try await mission("list", server: unreachable).ending == .exited(7))
  }

  @Test func `what the policy denies ends with 4 before anything runs`() async throws {
    try directory.write("policy: {commands: {deny: [touch]}}\n", to: "strict.yaml")
    try directory.write(
      "name: x\nsteps: [{id: a, step_type: command, parameters: {command: touch made}}]\n", to: "wild.yaml")
    for words in [["safety", "validate"], ["run"]] {
      let process = try start(words + ["wild.yaml", "--config", "strict.yaml"])
      let record = try await process.ended()
      withExtendedLifetime(process) {}
      #expect(record.ending == .exited(4), "\(words): \(record.output)\(record.error)")
      let shown = record.output + record.error
      #expect(shown.contains("\"touch made\" is denied by the rule \"touch\""), "\(shown)")
    }
    let daemon = try await TestDaemon(
      configuration: "policy: {commands: {deny: [touch]}}\n", directory: directory)
    #expect(try await mission("submit", "wild.yaml", server: daemon.url).ending == .exited(4))
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/made"))
  }

  @Test func `a full disk is told, and who reads no more is not an error`() async throws {
    let program = try TestProcess.product("mission")
    let full = try await TestProcess.run("sh", ["-c", "exec \"$0\" schema >/dev/full", program])
    #expect(full.ending == .exited(1))
    #expect(
      full.error
        == "mission: the result is incomplete: write standard output: no space left on device (28)\n")
    let left = try await TestProcess.run(
      "bash", ["-c", "\"$0\" schema | true; echo ${PIPESTATUS[0]}", program])
    #expect(left.output == "0\n")
    #expect(left.error.isEmpty)
  }

  @Test func `no file takes the place of a stream that is closed`() async throws {
    let program = try TestProcess.product("mission")
    let closed = try await TestProcess.run("sh", ["-c", "exec \"$0\" schema >&-", program])
    #expect(closed.ending == .exited(1))
    #expect(
      closed.error == "mission: the result is incomplete: write standard output: bad file descriptor (9)\n")
    try directory.write(
      """
      name: x
      steps: [{id: a, step_type: command, parameters: {shell: true, command: "readlink /proc/$PPID/fd/[02]"}}]
      """, to: "look.yaml")
    let script = "exec \"$0\" run --json look.yaml <&- 2>&-"
    let record = try await TestProcess.run("sh", ["-c", script, program], directory: directory.path)
    let job = try JSONParser.parse(record.output)
    #expect(job["step_results"]?["a"]?["output"]?["stdout"] == "/dev/null\n/dev/null\n", "\(record)")
  }

  @Test func `who waits no longer leaves with a status of its own, and the job goes on`() async throws {
    let daemon = try await TestDaemon(directory: directory)
    let submitted = try await mission(
      "submit", "stubborn.yaml", "--wait", "--timeout", "0", "--json", server: daemon.url)
    #expect(submitted.ending == .exited(6))
    #expect(submitted.error.contains("timed out waiting"), "\(submitted.error)")
    let list = try await daemon.ask("/missions").json["missions"]?.arrayValue
    let id = try #require(list?.first?["id"]?.stringValue)
    let watched = try await mission("watch", id, "--timeout", "0", server: daemon.url)
    #expect(watched.ending == .exited(6))
    #expect(try await mission("cancel", id, server: daemon.url).ending == .exited(0))
    #expect(try await daemon.ended(id)["status"] == "cancelled")
    #expect(try await mission("watch", id, server: daemon.url).ending == .exited(5))
  }

  @Test func `a mistake is shown with its place and what was meant`() async throws {
    let record = try await mission("validate", "bad.yaml")
    #expect(record.ending == .exited(3))
    let shown = record.output + record.error
    #expect(shown.contains("bad.yaml:2:28: error: /steps/0/step_type: unknown step type \"nop\""), "\(shown)")
    #expect(shown.contains("did you mean \"noop\"?"), "\(shown)")
    #expect(try await mission("validate", "good.yaml").ending == .exited(0))
  }

  @Test func `a job that fails keeps its logs and names them, one that succeeds leaves nothing`() async throws
  {
    let failed = try await mission("run", "failing.yaml")
    let line = try #require(failed.error.split(separator: "\n").first { $0.hasPrefix("logs: ") })
    let files = FileManager.default.enumerator(atPath: String(line.dropFirst(6)))?.allObjects ?? []
    #expect(!files.isEmpty)
    try FileManager.default.removeItem(atPath: String(line.dropFirst(6)))
    let before = directory.entries()
    #expect(try await mission("run", "good.yaml").ending == .exited(0))
    #expect(directory.entries() == before)
  }

  @Test func `one interrupt cancels the job and ends its whole tree`() async throws {
    let process = try start(["run", "--json", "stubborn.yaml"])
    try await process.waitForLine(containing: "a started")
    try await begun()
    process.send(SIGINT)
    let record = try await process.ended()
    #expect(record.ending == .exited(5))
    #expect(try JSONParser.parse(record.output)["status"] == "cancelled")
    #expect(Sessions.working(in: directory.path).isEmpty)
  }

  @Test func `a second interrupt kills the whole tree at once`() async throws {
    let process = try start(["run", "stubborn.yaml"])
    try await process.waitForLine(containing: "a started")
    try await begun()
    process.send(SIGINT)
    try await process.waitForLine(containing: "once more to kill")
    process.send(SIGINT)
    let ending = try await process.ended().ending
    // Whether the job's end or the kill's is first decides the status; neither is success.
    #expect(ending == .exited(130) || ending == .exited(5))
    #expect(Sessions.working(in: directory.path).isEmpty)
  }

  @Test func `the plan and the reference are printed without a daemon`() async throws {
    let plan = try await mission("run", "--dry-run", "good.yaml")
    #expect(plan.output == "good: 1 step in 1 wave\nwave 1\n  a  noop\n")
    #expect(try await mission("steps").output.contains("create_file"))
    #expect(try await mission("steps", "noop").output.hasPrefix("noop: "))
    let schema = try JSONParser.parse(try await mission("schema").output)
    #expect(schema["title"] == "Mission")
    let completion = try await mission("completion").output
    let check = try await TestProcess.run("bash", ["-n"], input: completion)
    #expect(check.ending == .exited(0), "\(check.error)")
    #expect(completion.contains("complete "))
    #expect(try await mission("--help").ending == .exited(0))
  }

  @Test func `a job is handed to a daemon, followed, explained, tried again and removed`() async throws {
    let daemon = try await TestDaemon()
    let server = daemon.url
    let submitted = try await mission("submit", "--wait", "failing.yaml", server: server)
    #expect(submitted.ending == .exited(1), "\(submitted.error)")
    let listed = try await mission("list", server: server).output
    let id = try #require(listed.split(separator: " ").first.map(String.init))
    #expect(try await mission("status", id, server: server).output.contains("exit_code: 3"))
    #expect(try await mission("logs", id, "a", server: server).output == "why\n")
    #expect(try await mission("watch", id, server: server).ending == .exited(1))
    #expect(try await mission("explain", id, server: server).output.hasPrefix("a: started at "))
    let refused = try await mission("cancel", id, server: server)
    #expect(refused.ending == .exited(1))
    #expect(refused.error.contains("is failed already"), "\(refused.error)")
    let retry = try await mission("retry", id, server: server).output.trimmingCharacters(in: .newlines)
    #expect(try await mission("watch", retry, server: server).ending == .exited(1))
    for each in [id, retry] {
      #expect(try await mission("delete", each, server: server).ending == .exited(0))
      #expect(try await mission("status", each, server: server).ending == .exited(1))
    }
    #expect(try await mission("submit", "bad.yaml", server: server).ending == .exited(3))
  }

  @Test func `the daemon's Unix socket is found by itself`() async throws {
    try #require(access("/run/missiond", W_OK) != 0, "this host has a missiond of its own")
    let daemon = try await TestDaemon(configuration: "auth: {tokens_file: \(directory / "tokens")}")
    let environment = ["XDG_RUNTIME_DIR": daemon.directory.path]
    let record = try await TestProcess.run(
      TestProcess.product("mission"), ["submit", "--wait", directory / "good.yaml"], environment: environment)
    #expect(record.ending == .exited(0), "\(record)")
  }

  @Test func `a job that is cancelled elsewhere ends the watching with its own status`() async throws {
    let daemon = try await TestDaemon()
    let record = try await mission("submit", "stubborn.yaml", server: daemon.url)
    let id = record.output.trimmingCharacters(in: .newlines)
    let watching = try start(["watch", id], server: daemon.url)
    try await watching.waitForLine(containing: "a started")
    #expect(try await mission("cancel", id, server: daemon.url).ending == .exited(0))
    #expect(try await watching.ended().ending == .exited(5))
  }

  /// Waits until the mission's step has made its whole tree.
  private func begun() async throws {
    let path = directory / "begun"
    let seen = try await TestProcess.run(
      "python3",
      ["-c", "import os, select\nwhile not os.path.exists('\(path)'): select.select([], [], [], 0.02)"])
    #expect(seen.ending == .exited(0))
  }
}
