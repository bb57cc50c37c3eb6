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

  /// Runs each script as a step of its own; the outputs by the scripts' names.
  private func run(_ scripts: [(name: String, script: String)], on daemon: TestDaemon) async throws
    -> [String: String]
  {
    let steps = scripts.map { attack in
      """
        - id: \(attack.name)
          step_type: command
          continue_on_error: true
          parameters: {shell: true, command: \(JSON.string("(\(attack.script)) && echo DONE || true").compact)}
      """
    }
    let job = try await daemon.execute("name: attack\nsteps:\n\(steps.joined(separator: "\n"))\n")
    var outputs: [String: String] = [:]
    for (name, _) in scripts {
      let output = try #require(job["step_results"]?[name]?["output"]?["stdout"]?.stringValue, "\(job)")
      outputs[name] = output
    }
    return outputs
  }

  private func attacks(pid: Int32) -> [(name: String, script: String)] {
    let state = directory / "state"
    return [
      ("state", "cat \(state)/missiond.db"), ("list", "ls \(state)"), ("logs", "ls \(state)/logs"),
      ("others", "ls \(state)/workspaces"), ("root", "cat /proc/self/root\(state)/missiond.db"),
      ("climb", "cat ../../missiond.db"), ("link", "ln -s \(state) up; cat up/missiond.db"),
      ("hard", "ln \(state)/missiond.db hard"), ("tar", "tar -cf t.tar -C \(state) missiond.db"),
      ("git", "git init -q . && git hash-object -w \(state)/missiond.db"),
      ("secret_file", "cat \(directory / "secrets")/api"),
      ("credential", "cat \(directory / "credentials")/key"),
      ("named", "test -n \"$CREDENTIALS_DIRECTORY$NOTIFY_SOCKET$MISSIOND_CONFIG\""),
      ("configuration", "echo x >> \(directory / "missiond.yaml")"),
      ("memory", "dd if=/proc/\(pid)/mem of=/dev/null bs=1 count=1"),
      ("environment", "cat /proc/\(pid)/environ"),
      ("descriptors", "ls -l /proc/\(pid)/fd/"), ("files", "ls /proc/\(pid)/root/"),
      ("trace", "python3 -c 'import ctypes,sys; sys.exit(ctypes.CDLL(None).ptrace(16,\(pid),0,0)!=0)'"),
      ("kill", "kill -9 \(pid)"), ("stop", "kill -STOP \(pid)"),
    ]
  }

  @Test func `under Landlock no attack gets anywhere, and the daemon goes on`() async throws {
    let daemon = try await daemon("landlock")
    let outputs = try await run(attacks(pid: daemon.process.pid), on: daemon)
    for (name, output) in outputs.sorted(by: { $0.key < $1.key }) {
      #expect(!output.contains("DONE"), "\(name) succeeded: \(output)")
      #expect(!output.contains("the-secret") && !output.contains("the-credential"))
    }
    #expect(try await daemon.ask("/livez").status == 200)
  }

  @Test func `under bubblewrap no attack gets anywhere either`() async throws {
    let daemon = try await daemon("bubblewrap")
    let outputs = try await run(attacks(pid: daemon.process.pid), on: daemon)
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
    let outputs = try await run(
      [
        ("home", "touch \"$HOME/cache\" && test \"$HOME\" = \(directory / "home")"),
        ("temporary", "touch \"$TMPDIR/x\""), ("workspace", "mkdir a && touch a/b && mv a c"),
        ("compiler", "echo 'int main(void){return 0;}' > a.c && cc a.c && ./a.out"),
        ("resolver", "getent hosts localhost"), ("users", "id -un"), ("clock", "date"),
      ], on: daemon)
    for (name, output) in outputs { #expect(output.contains("DONE"), "\(name) failed: \(output)") }
  }

  @Test func `even without a sandbox the daemon's memory is closed to its own user`() async throws {
    try #require(geteuid() == 0, "the daemon has to run as another user than root, who may read everything")
    let other = "chown -R 54321:54321 \"$0\"; exec setpriv --reuid 54321 --regid 54321 --clear-groups \"$@\""
    let daemon = try await daemon("off", wrapper: ["/bin/sh", "-c", other, directory.path])
    let closed = ["memory", "environment", "descriptors", "files", "trace"]
    let attacks = attacks(pid: daemon.process.pid).filter { closed.contains($0.name) }
    for (name, output) in try await run(attacks, on: daemon) {
      #expect(!output.contains("DONE"), "\(name) succeeded: \(output)")
    }
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
