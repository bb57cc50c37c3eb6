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
    // The same user may come for files.
    try TestFile.allowOnlyOwner(server.knownHosts)
    func send(_ password: String) async throws -> JSON {
      let mission = """
        name: files
        steps:
          - id: send
            step_type: ftp_upload
            parameters:
              { url: 'sftp://\(server.user)@127.0.0.1:\(server.port)\(server.path)/sent', known_hosts: known,
                password: \(password), local_file: known }
        """
      let record = try await TestProcess.run(
        TestProcess.product("mission"), ["run", "--json", "-"], directory: server.path, input: mission)
      return try JSONParser.parse(Array(record.output.utf8))["step_results"]?["send"] ?? .null
    }
    let sent = try await send("correct-horse")
    #expect(sent["output"]?["verified"] == true, "\(sent.compact)")
    let refused = try await send("wrong-horse")
    #expect(
      refused["error"]?.stringValue?.hasSuffix(
        "the server does not let this user in; check username, password and identity_file") == true)
    #expect(!refused.compact.contains("wrong-horse"))
  }

  @Test func `what the files of ssh run is bounded by the sandbox, below ssh_execute and below git`()
    async throws
  {
    let server = try await SSHServer()
    let directory = try TemporaryDirectory()
    let work = directory / "work"
    try directory.write("", to: "tmp/file")
    for (name, path) in [("key", server.key), ("known", server.knownHosts)] {
      try directory.write(TestFile.text(at: path), to: "work/\(name)", mode: 0o600)
    }
    // What the host's file has ssh run before each connection.
    let outside = directory / "outside"
    let config = try directory.write(
      """
      Match exec "echo x >> \(work)/inside; echo x >> \(outside)"
        User nobody
      Match all
        User \(server.user)
        IdentityFile \(work)/key
        UserKnownHostsFile \(work)/known

      """, to: "config")
    let origin = try await Self.makeOrigin(in: directory)
    try await Self.git("clone", "-q", "--filter=blob:none", "--no-checkout", "file://\(origin)", "\(work)/r")
    try await Self.git(
      "-C", "\(work)/r", "remote", "set-url", "origin", "ssh://127.0.0.1:\(server.port)\(origin)")
    let mission = """
      name: bounded
      steps:
        - id: there
          step_type: ssh_execute
          parameters: { host: 127.0.0.1, port: \(server.port), command: echo there }
        - id: changes
          step_type: git_diff
          parameters: { path: r, from: HEAD~1, to: HEAD }
      """
    let configuration = try directory.write("sandbox: landlock", to: "missiond.yaml")
    let program = try TestProcess.product("mission")
    let record = try await TestProcess.run(
      "unshare",
      [
        "-m", "sh", "-c",
        "mount --bind '\(config)' /etc/ssh/ssh_config && cd '\(work)' && "
          + "HOME='\(work)' TMPDIR='\(directory / "tmp")' exec '\(program)' run --json --config '\(configuration)' -",
      ], directory: directory.path, input: mission)
    let job = try JSONParser.parse(Array(record.output.utf8))
    #expect(
      job["step_results"]?["there"]?["output"]?["stdout"] == "there\n", "\(job.compact) \(record.error)")
    // The blobs came over ssh.
    #expect(
      job["step_results"]?["changes"]?["output"]?["diff"]?.stringValue?.contains("-one\n+two\n") == true,
      "\(job.compact)")
    #expect(try directory.read("work/inside").count >= 4)
    #expect(!directory.contains("outside"))
  }

  @Test func `transfers know the hosts that environment.home knows`() async throws {
    let server = try await SSHServer()
    let directory = try TemporaryDirectory()
    try directory.write(TestFile.text(at: server.knownHosts), to: "home/.ssh/known_hosts")
    let mission = """
      name: known
      steps:
        - id: send
          step_type: ftp_upload
          parameters:
            { url: 'sftp://\(server.user)@127.0.0.1:\(server.port)\(server.path)/sent', local_file: key,
              identity_file: key }
      """
    try directory.write(TestFile.text(at: server.key), to: "work/key", mode: 0o600)
    for (home, isKnown) in [("home", true), ("work", false)] {
      let daemon = try await TestDaemon(
        configuration: """
          environment: { home: \(directory / home) }
          paths: { write: [\(directory / "work")] }
          """)
      let job = try await daemon.ask(
        "/missions/execute?wait=60&workspace=\(directory / "work")", method: "POST", body: mission
      ).json
      let result = job["step_results"]?["send"]
      #expect((result?["status"] == "success") == isKnown, "\(job.compact)")
      #expect((result?["error"]?.stringValue?.hasSuffix("check known_hosts") == true) == !isKnown)
    }
  }

  /// A repository of two commits that clients may ask for single blobs.
  private static func makeOrigin(in directory: TemporaryDirectory) async throws -> String {
    let origin = directory / "origin"
    try await git("init", "-q", "-b", "main", origin)
    try await git("-C", origin, "config", "uploadpack.allowFilter", "true")
    try await git("-C", origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    for content in ["one\n", "two\n"] {
      try directory.write(content, to: "origin/a")
      try await git("-C", origin, "add", "a")
      try await git("-C", origin, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", content)
    }
    return origin
  }

  private static func git(_ arguments: String...) async throws {
    let record = try await TestProcess.run("git", arguments)
    guard record.ending == .exited(0) else { throw TestSupportError("git: \(record.error)") }
  }
}
