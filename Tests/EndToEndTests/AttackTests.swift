import Formats
import Foundation
import TestSupport
import Testing

/// Steps that try to reach what is not theirs, through a daemon as it is installed: with `sandbox: landlock`.
@Suite(.serialized, .timeLimit(.minutes(5))) struct AttackTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write("", to: "tmp/file")
    try directory.write("", to: "home/file")
    try directory.write("the-secret-of-a-file", to: "secrets/api", mode: 0o600)
    try directory.write("the-credential-of-systemd", to: "credentials/key", mode: 0o600)
  }

  private func daemon(_ sandbox: String, wrapper: [String] = []) async throws -> TestDaemon {
    try await TestDaemon(
      configuration: """
        sandbox: \(sandbox)
        environment: {home: \(directory / "home")}
        secrets: {directory: \(directory / "secrets")}
        policy: {commands: {deny: []}}
        """, directory: directory,
      environment: [
        "PATH": "/usr/bin:/bin", "TMPDIR": directory / "tmp",
        "CREDENTIALS_DIRECTORY": directory / "credentials",
      ],
      wrapper: wrapper)
  }

  private func attacks(_ daemon: TestDaemon) -> [Attacks.Script] {
    Attacks(
      state: directory / "state", secret: directory / "secrets/api",
      credential: directory / "credentials/key",
      configuration: directory / "missiond.yaml", socket: directory / "missiond.sock",
      pid: daemon.process.pid
    ).all
  }

  /// Runs each script as a step of its own; the outputs by the scripts' names.
  private func run(_ scripts: [Attacks.Script], on daemon: TestDaemon) async throws -> [String: String] {
    try Attacks.outputs(of: try await daemon.execute(Attacks.mission(scripts)))
  }

  @Test func `under Landlock no attack gets anywhere, and the daemon goes on`() async throws {
    let daemon = try await daemon("landlock")
    let outputs = try await run(attacks(daemon), on: daemon)
    for (name, output) in outputs.sorted(by: { $0.key < $1.key }) {
      #expect(!output.contains("DONE"), "\(name) succeeded: \(output)")
      #expect(!output.contains("the-secret") && !output.contains("the-credential"))
    }
    #expect(try await daemon.ask("/livez").status == 200)
  }

  @Test func `under bubblewrap no attack gets anywhere either`() async throws {
    let daemon = try await daemon("bubblewrap")
    let outputs = try await run(attacks(daemon), on: daemon)
    // On the way to the workspace lie folders of its own that are empty but for the workspace.
    let ownView = ["list", "others", "configuration"]
    for (name, output) in outputs.sorted(by: { $0.key < $1.key }) where !ownView.contains(name) {
      #expect(!output.contains("DONE"), "\(name) succeeded: \(output)")
    }
    #expect(outputs["list"] == "workspaces\nDONE\n")
    #expect(try directory.read("missiond.yaml").hasSuffix("}}"))
    #expect(try await daemon.ask("/livez").status == 200)
  }

  @Test func `what a build needs is there under Landlock`() async throws {
    let daemon = try await daemon("landlock")
    let outputs = try await run(Attacks.needs(home: directory / "home"), on: daemon)
    for (name, output) in outputs { #expect(output.contains("DONE"), "\(name) failed: \(output)") }
  }

  @Test func `even without a sandbox the daemon's memory is closed to its own user`() async throws {
    try #require(geteuid() == 0, "the daemon has to run as another user than root, who may read everything")
    let other = "chown -R 54321:54321 \"$0\"; exec setpriv --reuid 54321 --regid 54321 --clear-groups \"$@\""
    let daemon = try await daemon("off", wrapper: ["/bin/sh", "-c", other, directory.path])
    let closed = ["memory", "environment", "descriptors", "files", "trace"]
    let attacks = attacks(daemon).filter { closed.contains($0.name) }
    for (name, output) in try await run(attacks, on: daemon) {
      #expect(!output.contains("DONE"), "\(name) succeeded: \(output)")
    }
  }

  @Test
  func `a step whose mission alone asks for a sandbox is turned away at the socket, as the trail tells`()
    async throws
  {
    let daemon = try await daemon("off")
    let scripts = attacks(daemon).filter { ["socket", "orphan"].contains($0.name) }
    let job = try await daemon.execute(Attacks.mission(scripts) + "config: {sandbox: landlock}\n")
    for (name, output) in try Attacks.outputs(of: job) {
      #expect(!output.contains("DONE"), "\(name) succeeded: \(output)")
    }
    let options = ["--unix-socket", directory / "missiond.sock"]
    #expect(try await daemon.ask("/missions", options: options).status == 200, "its user is heard")
    let trail = try await daemon.ask("/audit?limit=100").json
    let refused = (trail["entries"]?.arrayValue ?? []).compactMap { $0["entry"] }
      .filter { $0["action"] == "access.refused" }
    #expect(refused.map { $0["who"] } == ["uid \(getuid())", "uid \(getuid())"])
    #expect(refused.map { $0["address"] } == ["unix", "unix"])
  }

  @Test func `a detached process that outlived its daemon is turned away by the next one`() async throws {
    let (gate, answer) = (directory / "home/gate", directory / "home/answer")
    for pipe in [gate, answer] { try #require(mkfifo(pipe, 0o600) == 0) }
    let before = try await daemon("landlock")
    let ask = "curl -so /dev/null -w '%{http_code}' --unix-socket"
    let script =
      ": < \(gate); \(ask) \(directory / "missiond.sock") http://localhost/missions > \(answer); sleep 600"
    let job = try await before.execute(
      """
      name: outlives
      steps:
        - id: ask
          step_type: process_start
          parameters: {command: sh, args: [-c, \(JSON.string(script).compact)], detach: true}
      """)
    let pid = try #require(job["step_results"]?["ask"]?["output"]?["pid"]?.integerValue, "\(job.compact)")
    let outliving = try ForeignProcess(Int32(pid))
    try await before.kill()

    let after = try await daemon("landlock")
    let heard = try await TestProcess.run("sh", ["-c", ": > \"$0\"; cat \"$1\"", gate, answer])
    #expect(heard.output == "403")
    withExtendedLifetime((after, outliving)) {}
  }

  @Test func `redirects lead neither to files nor to metadata`() async throws {
    let server = try LoopbackServer { request in
      let place = request.contains("/file") ? "file:///etc/passwd" : "http://169.254.169.254/latest/"
      return .last("HTTP/1.1 302 Found\r\nLocation: \(place)\r\nContent-Length: 0\r\n\r\n")
    }
    let daemon = try await daemon("landlock")
    let job = try await daemon.execute(
      """
      name: redirects
      config: {fail_fast: false}
      steps:
        - {id: file, step_type: http, parameters: {url: "http://127.0.0.1:\(server.port)/file"}}
        - {id: metadata, step_type: http, parameters: {url: "http://127.0.0.1:\(server.port)/metadata"}}
      """)
    #expect(job["step_results"]?["file"]?["error"]?.stringValue?.contains("\"file\"") == true, "\(job)")
    #expect(
      job["step_results"]?["metadata"]?["error"]?.stringValue?.contains("policy.hosts.deny") == true, "\(job)"
    )
  }

  @Test func `limits of a mission end a step in words, and those beyond the daemon's are refused`()
    async throws
  {
    let daemon = try await daemon("landlock")
    let job = try await daemon.execute(
      """
      name: limits
      config: {fail_fast: false, limits: {memory_bytes: 268435456, cpu_seconds: 1, file_bytes: 1048576}}
      steps:
        - {id: memory, step_type: command, parameters: {command: python3, args: [-c, "bytearray(10 << 30)"]}}
        - {id: time, step_type: command, parameters: {shell: true, command: "while :; do :; done"}}
        - {id: file, step_type: command, parameters: {shell: true, command: "exec head -c 2M /dev/zero > x"}}
      """)
    func error(_ step: String) -> String { job["step_results"]?[step]?["error"]?.stringValue ?? "" }
    #expect(error("memory").contains("it ran out of memory: limits.memory_bytes is 256 MiB"))
    #expect(error("time").contains("it used up limits.cpu_seconds (1 s of processor time)"))
    #expect(error("file").contains("a file would have passed limits.file_bytes (1 MiB)"))
    let loose = try await daemon.ask(
      "/missions/execute", method: "POST",
      body: "name: x\nconfig: {sandbox: 'off'}\nsteps:\n- {id: a, step_type: noop}")
    #expect(loose.status == 403 && loose.body.contains("a mission may only tighten it"))
  }
}
