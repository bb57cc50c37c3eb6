import Formats
import Foundation
import TestSupport
import Testing

/// What is aimed at the daemon itself: at its life, its log, its processes and its tokens.
@Suite(.timeLimit(.minutes(3))) struct DaemonAttackTests {
  /// Has the daemon run as another user than root, whom the kernel binds to no number of processes, and who
  /// may signal everybody.
  private static func asUser(_ uid: Int, _ directory: TemporaryDirectory) throws -> [String] {
    try #require(geteuid() == 0, "another user has to be become")
    let change =
      "chown -R \(uid):\(uid) \"$0\"; exec setpriv --reuid \(uid) --regid \(uid) --clear-groups \"$@\""
    return ["/bin/sh", "-c", change, directory.path]
  }

  /// A named pipe, by which a test and a step wait for each other.
  private static func pipe(_ name: String, in directory: TemporaryDirectory) throws -> String {
    let path = directory / name
    try #require(mkfifo(path, 0o666) == 0)
    return path
  }

  /// Lets who waits at a named pipe go on.
  private static func open(_ pipe: String) async throws {
    _ = try await TestProcess.run("sh", ["-c", ": > \"$0\"", pipe])
  }

  @Test func `a step without a sandbox can kill the daemon, and nothing that was accepted is lost`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let gate = try Self.pipe("gate", in: directory)
    let before = try await TestDaemon(
      configuration: "executors: 1", directory: directory, wrapper: try Self.asUser(54_331, directory))
    let killer = try await before.submit(
      """
      name: killer
      steps:
        - {id: first, step_type: command, parameters: {command: echo done}}
        - id: kill
          depends_on: [first]
          step_type: command
          parameters:
            shell: true
            command: |
              [ -e tried ] && exit
              touch tried
              : < \(gate)
              kill -9 $PPID; sleep 600
        - {id: last, depends_on: [kill], step_type: noop}
      """)
    let waiting = try await before.submit("name: waiting\nsteps: [{id: a, step_type: noop}]")
    try await Self.open(gate)
    #expect(try await before.process.ended().ending == .signalled(SIGKILL))

    let after = try await TestDaemon(directory: directory, wrapper: try Self.asUser(54_331, directory))
    let job = try await after.ended(killer)
    #expect(job["status"] == "completed", "\(job.compact)")
    #expect(job["step_results"]?["first"]?["attempts"] == 1)
    #expect(job["step_results"]?["kill"]?["attempts"] == 2)
    #expect(try await after.ended(waiting)["status"] == "completed")
    let trail = try await after.ask("/audit?mission_id=\(killer)&limit=100").json
    #expect(trail["chain"]?["verified"] == true)
    let ended = (trail["entries"]?.arrayValue ?? []).compactMap { $0["entry"] }.filter {
      $0["action"] == "step.ended"
    }
    #expect(Set(ended.compactMap { $0["step_id"]?.stringValue }) == ["first", "kill", "last"])
  }

  /// Text that would raise a line's priority under journald, end the line, and drive a terminal.
  private static let hostile = "<0>panic\u{1B}[2J\u{1B}]0;owned\u{7}\u{9B}31m\r\n<0>next"

  /// The same in the quotes of YAML.
  private static let quoted =
    "\""
    + hostile.unicodeScalars.map { scalar in
      scalar.value < 0x20 || scalar.value > 0x7E ? String(format: "\\x%02x", scalar.value) : "\(scalar)"
    }.joined()
    + "\""

  @Test func `no text from outside makes a line of the log, or gives one another priority`() async throws {
    let daemon = try await TestDaemon(configuration: "log: {format: journal, level: debug}")
    let job = try await daemon.execute(
      """
      name: \(Self.quoted)
      steps:
        - id: fails
          step_type: command
          parameters: {command: sh, args: [-c, 'echo "$0"; echo "$0" >&2; exit 1', \(Self.quoted)]}
      """)
    #expect(job["status"] == "failed", "\(job.compact)")
    _ = try await daemon.ask("/%1b%5b2J%3c0%3epanic%0a%3c0%3enext?%1b", headers: ["User-Agent: <0>panic"])
    try daemon.directory.write(
      "policy: {step_types: {deny: [\(Self.quoted)]}}\n", to: "missiond.yaml")
    daemon.process.send(SIGHUP)
    try await daemon.process.waitForLine(containing: "configuration not taken over")
    daemon.process.send(SIGTERM)
    let log = try await daemon.process.ended().error
    let lines = log.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.count > 5)
    for line in lines {
      #expect(line.wholeMatch(of: /<[3-7]>[a-z].*/) != nil, "\(line)")
      #expect(
        !line.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) }, "\(line)")
    }
  }

  @Test func `no text of a step drives the terminal of whoever watches it`() async throws {
    let daemon = try await TestDaemon()
    let mission = """
      name: \(Self.quoted)
      steps:
        - id: fails
          step_type: command
          parameters: {command: sh, args: [-c, 'echo "$0" >&2; exit 1', \(Self.quoted)]}
      """
    let file = try daemon.directory.write(mission, to: "hostile.yaml")
    let id = try #require(try await daemon.execute(mission)["id"]?.stringValue)
    let program = try TestProcess.product("mission")
    for arguments in [
      ["run", file], ["validate", file], ["submit", file, "--wait", "--server", daemon.url],
      ["watch", id, "--server", daemon.url], ["status", id, "--server", daemon.url],
      ["explain", id, "--server", daemon.url], ["list", "--server", daemon.url],
      ["audit", "--server", daemon.url],
    ] {
      let record = try await TestProcess.run(program, arguments, directory: daemon.directory.path)
      #expect(record.ending != .exited(2), "\(arguments): \(record.error)")
      if arguments[0] == "run" { #expect((record.output + record.error).contains("owned"), "\(record)") }
      for scalar in (record.output + record.error).unicodeScalars {
        let isControl = scalar.value < 0x20 && scalar != "\n" || (0x7F..<0xA0).contains(scalar.value)
        #expect(!isControl, "mission \(arguments[0]) writes U+\(String(scalar.value, radix: 16))")
      }
    }
  }

  @Test func `a fork storm ends at the limit, in words, and the daemon answers meanwhile`() async throws {
    let directory = try TemporaryDirectory()
    let (full, gate) = try (Self.pipe("full", in: directory), Self.pipe("gate", in: directory))
    let daemon = try await TestDaemon(
      configuration: "limits: {processes: 64}", directory: directory,
      wrapper: try Self.asUser(54_332, directory))
    let storm = """
      import os, signal
      parent, count = os.getpid(), 0
      try:
          while True:
              if os.fork() == 0:
                  signal.pause()
              count += 1
      except BlockingIOError as error:
          with open("\(full)", "w") as told: told.write(str(count))
          open("\(gate)").read()
          raise SystemExit(f"fork: {error.strerror}")
      """
    let id = try await daemon.submit(
      """
      name: storm
      steps:
        - id: storm
          step_type: command
          parameters: {command: python3, args: [-c, \(JSON.string(storm).compact)]}
      """)
    let seen = try await TestProcess.run("cat", [full])
    #expect((Int(seen.output) ?? 0) < 64 && (Int(seen.output) ?? 0) > 10, "\(seen.output)")
    #expect(try await daemon.ask("/livez").status == 200)
    let other = try await daemon.execute("name: other\nsteps: [{id: a, step_type: noop}]")
    #expect(other["status"] == "completed")
    try await Self.open(gate)
    let step = try #require(try await daemon.ended(id)["step_results"]?["storm"])
    #expect(step["status"] == "failed")
    #expect(
      step["error"]?.stringValue?.contains("had too many processes: limits.processes is 64") == true,
      "\(step.compact)")
    #expect(
      try await daemon.execute(
        "name: b\nsteps: [{id: a, step_type: command, parameters: {command: 'true'}}]")["status"]
        == "completed")
  }

  @Test func `thousands of guessed tokens leave a dozen entries, and a right one is answered meanwhile`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let made = try await TestProcess.run(
      try TestProcess.product("mission"),
      ["token", "make", "chief", "--scopes", "read,admin", "--file", directory / "tokens"])
    let right = "Authorization: Bearer \(made.output.filter { $0 != "\n" })"
    let daemon = try await TestDaemon(
      configuration: "auth: { tokens_file: \(directory / "tokens") }", directory: directory)
    let port = try #require(daemon.url.split(separator: ":").last)
    // Nobody waits for an answer: each guess is a connection of its own that is given up when it was heard.
    let guesser = try TestProcess(
      "python3",
      [
        "-c",
        """
        import secrets, socket, sys
        held = []
        for number in range(3000):
            server = socket.create_connection(("127.0.0.1", \(port)))
            guess = "missiond_" + secrets.token_urlsafe(32)
            server.sendall(f"GET /missions HTTP/1.1\\r\\nHost: localhost\\r\\nAuthorization: Bearer {guess}\\r\\n\\r\\n".encode())
            held.append(server)
            if len(held) == 300:
                print("held", flush=True)
                for one in held: one.close()
                held = []
        print("over", flush=True)
        """,
      ])
    try await guesser.waitForLine(containing: "held")
    #expect(try await daemon.ask("/missions", headers: [right]).status == 200)
    try await guesser.waitForLine(containing: "over")
    #expect(try await guesser.ended().ending == .exited(0))
    #expect(try await daemon.ask("/missions", headers: [right]).status == 200)
    let trail = try await daemon.ask("/audit?limit=100", headers: [right]).json
    let failures = (trail["entries"]?.arrayValue ?? []).compactMap { $0["entry"] }.filter {
      $0["action"] == "login.failed"
    }
    #expect((8...13).contains(failures.count), "\(failures.count) entries")
    #expect(failures.allSatisfy { $0["address"] == "127.0.0.1" || $0["actor"]?["address"] == "127.0.0.1" })
    #expect(trail["chain"]?["verified"] == true)
  }
}
