import Formats
import Glibc
import MissionModel
import MissionSteps
import TestSupport
import Testing

/// The step through the real `ssh`, against a server of its own.
@Suite(.timeLimit(.minutes(3))) struct SSHExecuteStepTests {
  private let fixture: ProcessFixture
  private let server: SSHServer

  /// One server for all tests of the suite.
  private static let shared = Task { try await SSHServer() }

  init() async throws {
    fixture = try ProcessFixture()
    server = try await Self.shared.value
    for (name, path) in [
      ("key", server.key), ("strange", server.strangersKey), ("known", server.knownHosts),
      ("changed", server.changedHosts),
    ] {
      try fixture.runner.directory.write(TestFile.text(at: path), to: name)
      try TestFile.allowOnlyOwner(fixture.runner.directory / name)
    }
    try fixture.runner.directory.write("", to: "none")
  }

  private func run(
    _ command: String, _ more: String = "", key: String = "key", known: String = "known"
  ) async throws -> JSON {
    try await fixture.runner.run(
      SSHExecuteStep.self,
      """
      { host: 127.0.0.1, port: \(server.port), username: \(server.user), identity_file: \(key),
        known_hosts: \(known), command: '\(command)'\(more) }
      """)
  }

  @Test func `a command runs there, and its streams and code come back`() async throws {
    let output = try await run("echo out; echo err >&2")
    #expect(
      output == [
        "host": "127.0.0.1", "command": "echo out; echo err >&2", "stdout": "out\n", "stderr": "err\n",
        "exit_code": 0,
      ])
  }

  @Test(arguments: [
    "HostName 127.0.0.2", "ProxyCommand false", "ProxyJump 127.0.0.2",
    "CanonicalizeHostname always\nProxyCommand false", "Match all\nHostName 127.0.0.2\nProxyJump 127.0.0.2",
    "RemoteCommand false", "PermitLocalCommand yes\nLocalCommand touch local",
  ])
  func `the files of ssh lead to no other host and command`(configuration: String) async throws {
    try fixture.runner.directory.write(configuration + "\n", to: "config")
    let config = fixture.runner.directory / "config"
    var runner = fixture.runner
    let run = runner.capabilities.processes.run
    runner.capabilities.processes.run = { command throws(StepFailure) in
      var command = command
      command.arguments = ["-F", config] + command.arguments
      return try await run(command)
    }
    let output = try await runner.run(
      SSHExecuteStep.self,
      """
      { host: 127.0.0.1, port: \(server.port), username: \(server.user), identity_file: key,
        known_hosts: known, command: echo there }
      """)
    #expect(output["stdout"] == "there\n")
    #expect(!fixture.runner.directory.contains("local"))
  }

  @Test func `the addresses that were judged are tried in order, and no other`() async throws {
    var runner = fixture.runner
    let asked = Observed<[String]>([])
    let used = Observed<[String]>([])
    runner.capabilities.network.addresses = { host, port, title throws(StepFailure) in
      asked.update { $0.append("\(title): \(host) \(port)") }
      return ["127.0.0.3", "127.0.0.1", "127.0.0.4"]
    }
    let run = runner.capabilities.processes.run
    runner.capabilities.processes.run = { command throws(StepFailure) in
      used.update { $0 += command.arguments.filter { $0.hasPrefix("HostName=") } }
      return try await run(command)
    }
    let key = try TestFile.text(at: server.knownHosts).replacing("127.0.0.1", with: "build.test")
    try runner.directory.write(key, to: "renamed")
    let output = try await runner.run(
      SSHExecuteStep.self,
      """
      { host: Build.test, port: \(server.port), username: \(server.user), identity_file: key,
        known_hosts: renamed, command: echo there }
      """)
    #expect(output["stdout"] == "there\n")
    #expect(asked.value == ["ssh \(server.user)@Build.test: Build.test \(server.port)"])
    #expect(used.value == ["HostName=127.0.0.3", "HostName=127.0.0.1"])
  }

  @Test func `a host whose address is denied is not connected to`() async {
    var runner = fixture.runner
    runner.capabilities.network.addresses = { _, _, title throws(StepFailure) in
      throw StepFailure(.denied, "\(title): not there")
    }
    runner.capabilities.processes.run = { _ throws(StepFailure) in throw StepFailure("it was run") }
    let denied = await failure { [runner] in
      try await runner.run(SSHExecuteStep.self, "{ host: metadata.test, command: 'true' }")
    }
    #expect(denied == StepFailure(.denied, "ssh metadata.test: not there"))
  }

  @Test func `a password that the server does not ask for harms nothing`() async throws {
    let output = try await run("echo in", ", password: not-needed")
    #expect(output["stdout"] == "in\n")
  }

  @Test func `another exit code fails the step and is told`() async {
    let failed = await failure { try await run("echo no >&2; exit 7") }
    #expect(failed?.message == "run \"echo no >&2; exit 7\" on 127.0.0.1: exited with code 7: no")
    #expect(failed?.output?["exit_code"] == 7)
  }

  @Test func `variables and input reach the command, and variables no command line`() async throws {
    let output = try await run(
      "echo \"$A|$B\"; cat; tr \"\\\\0\" \" \" < /proc/$$/cmdline",
      ", environment: { A: \"it's $x\", B: s3cret-value }, stdin: \"line\\n\"")
    let lines = (output["stdout"]?.stringValue ?? "").split(separator: "\n").map(String.init)
    #expect(lines.prefix(2) == ["it's $x|s3cret-value", "line"])
    #expect(!lines.dropFirst(2).joined().contains("s3cret-value"))
  }

  @Test func `an unknown host and a changed key are refused and told apart`() async {
    let title = "ssh \(server.user)@127.0.0.1: "
    let unknown = await failure { try await run("true", known: "none") }
    #expect(
      unknown?.message == title + "the host key is not known; add it to known_hosts, for example with "
        + "ssh-keyscan, and compare it")
    let changed = await failure { try await run("true", known: "changed") }
    #expect(
      changed?.message == title + "the host key is not the one that is known; if the host was set up anew, "
        + "replace its line in known_hosts")
  }

  @Test func `without strictness an unknown host is accepted`() async throws {
    #expect(try await run("echo hi", ", strict_host_key: false", known: "none")["stdout"] == "hi\n")
  }

  @Test func `a key that the server does not know is refused`() async {
    let failed = await failure { try await run("true", key: "strange") }
    #expect(
      failed?.message == "ssh \(server.user)@127.0.0.1: the server does not let this user in; "
        + "check username, identity_file and password")
  }

  @Test func `a key that others may read is told`() async throws {
    #expect(chmod(fixture.runner.directory / "key", 0o644) == 0)
    let failed = await failure { try await run("true") }
    #expect(
      failed?.message == "ssh \(server.user)@127.0.0.1: others may read the private key, so ssh does not use "
        + "it; give its file the mode 600")
  }

  @Test func `a port where nobody listens, or something else does, is told`() async throws {
    func connect(_ port: UInt16) async -> String? {
      await failure {
        try await fixture.runner.run(
          SSHExecuteStep.self, "{ host: 127.0.0.1, port: \(port), command: 'true' }")
      }?.message
    }
    #expect(
      await connect(try FreePort().number)
        == "ssh 127.0.0.1: nothing listens at that port; check host and port")
    let web = try await TLSServer(content: [:])
    let port = try UInt16(WebAddress(web.url("/")).port)
    #expect(
      await connect(port) == "ssh 127.0.0.1: the server ended the connection before it said who it is; "
        + "does an ssh server listen at that port?")
  }

  @Test func `a server that goes away in the middle is told`() async {
    // The parent of the user's shell is the server's end of this connection.
    let failed = await failure { try await run("kill -9 $PPID; read nothing") }
    #expect(
      failed?.message == "ssh \(server.user)@127.0.0.1: the server ended the connection in the middle; what "
        + "the command did until then is not known")
  }

  @Test func `a command that a signal ended is told`() async {
    let failed = await failure { try await run("kill $$") }
    #expect(
      failed?.message
        == "run \"kill $$\" on 127.0.0.1: a signal ended it there, or it exited with code 255")
  }

  @Test func `a cancel closes the connection, which the command there can see`() async throws {
    let directory = fixture.runner.directory
    #expect(mkfifo(directory / "ended", 0o600) == 0)
    let ended = try TestProcess("cat", [directory / "ended"])
    #expect(mkfifo(directory / "begun", 0o600) == 0)
    let begun = try TestProcess("cat", [directory / "begun"])
    let work = Task {
      await failure {
        try await run(
          "trap \"\" PIPE; echo begun > \(directory / "begun"); while echo x; do :; done 2>&-; "
            + "echo ended > \(directory / "ended")")
      }
    }
    try await begun.waitForLine(containing: "begun")
    work.cancel()
    #expect(await work.value?.kind == .cancelled)
    try await ended.waitForLine(containing: "ended")
  }

  @Test func `a command that takes too long is ended`() async {
    let failed = await failure { try await run("sleep 60", ", timeout: 2") }
    #expect(
      failed?.message
        == "ssh \(server.user)@127.0.0.1: not done before the timeout; raise timeout")
  }

  @Test func `a cancel ends the ssh program`() async throws {
    var runner = try StepRunner()
    runner.capabilities.processes = ScriptedProcesses { _ throws(StepFailure) in throw .cancelled }.processes
    runner.capabilities.processes.find = { _ in "/usr/bin/ssh" }
    let stopped = runner
    let failed = await failure {
      try await stopped.run(SSHExecuteStep.self, "{ host: 127.0.0.1, command: 'true' }")
    }
    #expect(failed == .cancelled)
  }

  @Test func `without ssh the failure names the package`() async throws {
    var runner = try StepRunner()
    runner.capabilities.processes = ScriptedProcesses().processes
    let bare = runner
    let failed = await failure { try await bare.run(SSHExecuteStep.self, "{ host: a, command: 'true' }") }
    #expect(failed?.message == "ssh a: ssh is not on this host; install the package openssh-client")
  }

  @Test(arguments: [
    ("{ host: '-oProxyCommand=x', command: a }", "/host: \"-oProxyCommand=x\" cannot be a host"),
    (
      "{ host: 'allowed/@b', command: a }",
      "/host: \"allowed/@b\" cannot be a host; give its name or address alone"
    ),
    ("{ host: a@b, command: a }", "/host: \"a@b\" cannot be a host; give the user as username"),
    ("{ host: 'b:22', command: a }", "/host: \"b:22\" cannot be a host; give the port as port"),
    (
      "{ host: 'ssh://b', command: a }",
      "/host: \"ssh://b\" cannot be a host; give its name or address alone"
    ),
    ("{ host: a, command: a, username: a@b }", "/username: \"a@b\" cannot be a user"),
    ("{ host: a, command: a, environment: { 'A-B': c } }", "/environment: \"A-B\" cannot be a variable"),
    ("{ host: a, command: a, port: 0 }", "/port: expected a whole number from 1 to 65535, not 0"),
    ("{ host: a }", "/command: is required"),
  ])
  func `wrong parameters are told at submission`(parameters: String, problem: String) throws {
    #expect(try StepRunner.problems(SSHExecuteStep.self, parameters) == [problem])
  }

  @Test func `the example validates`() throws { _ = try StepRunner.example(SSHExecuteStep.self) }
}
