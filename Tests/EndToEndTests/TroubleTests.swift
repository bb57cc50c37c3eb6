import Formats
import Foundation
import TestSupport
import Testing

/// The daemon on a host that has run out of something.
@Suite struct TroubleTests {
  private static let mission = "name: small\nsteps: [{id: only, step_type: noop}]\n"

  /// A daemon whose state directory is a file system of its own.
  private func daemonOnSmallDisk() async throws -> TestDaemon {
    let directory = try TemporaryDirectory()
    try FileManager.default.createDirectory(atPath: directory / "state", withIntermediateDirectories: true)
    let mount = "mount -t tmpfs -o size=6m tmpfs '\(directory / "state")' && exec \"$@\""
    return try await TestDaemon(
      configuration: "limits: {min_free_bytes: 0}", directory: directory,
      wrapper: ["unshare", "-m", "sh", "-c", mount, "sh"])
  }

  /// The state directory as the daemon sees it, in its mount namespace.
  private func seen(by daemon: TestDaemon) -> String {
    "/proc/\(daemon.process.pid)/root" + daemon.directory / "state"
  }

  @Test func `a full disk is told, and service goes on when there is room again`() async throws {
    let daemon = try await daemonOnSmallDisk()
    let kept = try await daemon.execute(Self.mission)
    let filler = seen(by: daemon) + "/filler"
    // Fills in ever smaller pieces, to the last page.
    _ = try await TestProcess.run(
      "sh", ["-c", "for size in 64k 4k; do dd if=/dev/zero bs=$size >> '\(filler)' 2>/dev/null; done; true"])

    let large =
      "name: large\ndescription: \(String(repeating: "x", count: 300_000))\n"
      + "steps: [{id: only, step_type: noop}]\n"
    let refused = try await daemon.ask("/missions/execute", method: "POST", body: large)
    #expect(refused.status == 503, "\(refused.body)")
    #expect(refused.header("Retry-After") != nil)
    #expect(refused.json["detail"]?.stringValue?.contains("disk is full") == true, "\(refused.body)")
    let id = try #require(kept["id"]?.stringValue)
    #expect(try await daemon.ask("/missions/\(id)").json["status"] == "completed")
    let unready = try await daemon.ask("/readyz")
    #expect(unready.status == 503)
    #expect(unready.body.contains("disk is full"), "\(unready.body)")

    try FileManager.default.removeItem(atPath: filler)
    try await daemon.process.waitForLine(containing: "the job table works again")
    #expect(try await daemon.execute(Self.mission)["status"] == "completed")
    #expect(try await daemon.ask("/readyz").status == 200)
  }

  @Test func `a job on a full disk waits for room and loses nothing`() async throws {
    let daemon = try await daemonOnSmallDisk()
    let filler = seen(by: daemon) + "/filler"
    let gate = daemon.directory / "gate"
    let message = String(repeating: "x", count: 200_000)
    let id = try await daemon.submit(
      """
      name: crowded
      steps:
        - id: hold
          step_type: command
          parameters: {shell: true, command: "while [ ! -e \(gate) ]; do sleep 0.05; done"}
        - {id: big, step_type: noop, depends_on: [hold], parameters: {message: "\(message)"}}
        - {id: last, step_type: noop, depends_on: [big]}
      """)
    try await daemon.step("hold", of: id, is: "running")
    _ = try await TestProcess.run(
      "sh", ["-c", "for size in 64k 4k; do dd if=/dev/zero bs=$size >> '\(filler)' 2>/dev/null; done; true"])
    try daemon.directory.write("", to: "gate")
    try await daemon.process.waitForLine(containing: "full")
    try FileManager.default.removeItem(atPath: filler)
    let job = try await daemon.ended(id)
    #expect(job["status"] == "completed", "\(job.compact)")
    for step in ["hold", "big", "last"] { #expect(job["step_results"]?[step]?["attempts"] == 1) }
  }

  @Test func `too little free space stops submissions, is told, and ends with a reload`() async throws {
    let daemon = try await TestDaemon(configuration: "limits: {min_free_bytes: 1000000 GiB}")
    let refused = try await daemon.ask("/missions/execute", method: "POST", body: Self.mission)
    #expect(refused.status == 503, "\(refused.body)")
    #expect(refused.header("Retry-After") != nil)
    let ready = try await daemon.ask("/readyz")
    #expect(ready.status == 503)
    #expect(ready.body.contains("free"), "\(ready.body)")
    #expect(try await daemon.ask("/livez").status == 200)

    try daemon.directory.write("limits: {min_free_bytes: 0}\n", to: "missiond.yaml")
    daemon.process.send(SIGHUP)
    try await daemon.process.waitForLine(containing: "enough free space again")
    #expect(try await daemon.execute(Self.mission)["status"] == "completed")
    #expect(try await daemon.ask("/readyz").status == 200)
  }

  @Test func `a full queue is 429 with a time to come back`() async throws {
    let daemon = try await TestDaemon(configuration: "executors: 0\nlimits: {max_queued: 2}")
    for _ in 1...2 { _ = try await daemon.submit(Self.mission) }
    let refused = try await daemon.ask("/missions/execute", method: "POST", body: Self.mission)
    #expect(refused.status == 429)
    #expect(refused.header("Retry-After") != nil)
    #expect(refused.json["detail"] == "limits.max_queued (2) jobs wait already")
  }

  @Test func `a second daemon on a state directory names the first and leaves it alone`() async throws {
    let daemon = try await TestDaemon()
    let second = try await TestProcess.run(
      TestProcess.product("missiond"),
      ["--listen", "127.0.0.1:\(try FreePort().number)", "--state-dir", daemon.directory / "state"],
      environment: ["XDG_RUNTIME_DIR": daemon.directory.path, "PATH": "/usr/bin:/bin"])
    #expect(second.ending == .exited(1))
    #expect(
      second.error.contains(
        "is in use by missiond (process \(daemon.process.pid)); stop that one, or choose another directory"),
      "\(second.error)")
    #expect(try await daemon.execute(Self.mission)["status"] == "completed")
  }

  @Test func `a state directory that cannot be written is named at start`() async throws {
    let directory = try TemporaryDirectory()
    let before = try await TestDaemon(directory: directory)
    try await before.kill()
    let state = directory / "state"
    let mount = "mount --bind '\(state)' '\(state)' && mount -o remount,bind,ro '\(state)' && exec \"$@\""
    let error = await #expect(throws: TestSupportError.self) {
      _ = try await TestDaemon(directory: directory, wrapper: ["unshare", "-m", "sh", "-c", mount, "sh"])
    }
    #expect("\(error as Any)".contains("read-only file system"), "\(error as Any)")
  }

  @Test func `a damaged database is named at start with what to do`() async throws {
    let directory = try TemporaryDirectory()
    let before = try await TestDaemon(directory: directory)
    _ = try await before.execute(Self.mission)
    before.process.send(SIGTERM)
    try await before.process.ended()
    // Without the log beside it, from which SQLite would mend what was in it.
    for suffix in ["-wal", "-shm"] { unlink(directory / "state/missiond.db\(suffix)") }
    try directory.write(String(repeating: "this is no database", count: 1000), to: "state/missiond.db")
    let error = await #expect(throws: TestSupportError.self) {
      _ = try await TestDaemon(directory: directory)
    }
    #expect("\(error as Any)".contains("restore the database from a backup"), "\(error as Any)")
    #expect("\(error as Any)".contains(directory / "state/missiond.db"), "\(error as Any)")
  }

  @Test func `damage that no start meets is found behind it and told`() async throws {
    let directory = try TemporaryDirectory()
    let before = try await TestDaemon(directory: directory)
    before.process.send(SIGTERM)
    try await before.process.ended()
    let script = """
      import sqlite3, sys
      path = sys.argv[1]
      database = sqlite3.connect(path)
      page = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'knowledge'").fetchone()[0]
      database.close()
      with open(path, "r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"damage" * 600)
      """
    let damaging = try await TestProcess.run("python3", ["-c", script, directory / "state/missiond.db"])
    #expect(damaging.ending == .exited(0), "\(damaging)")
    let daemon = try await TestDaemon(directory: directory)
    try await daemon.process.waitForLine(containing: "the database is damaged")
    let ready = try await daemon.ask("/readyz")
    #expect(ready.status == 503)
    #expect(ready.body.contains("restore \(directory / "state/missiond.db") from a copy"), "\(ready)")
    #expect(try await daemon.ask("/missions/execute", method: "POST", body: Self.mission).status == 503)
    #expect(try await daemon.ask("/missions").status == 200)
  }

  @Test func `at the limit of descriptors nothing breaks, and service goes on afterwards`() async throws {
    let daemon = try await TestDaemon(wrapper: ["prlimit", "--nofile=64:64"])
    let port = try #require(daemon.url.split(separator: ":").last)
    // Opens more connections than there are descriptors, holds them, and says so.
    let hog = try TestProcess(
      "python3",
      [
        "-c",
        """
        import socket, sys
        held = [socket.create_connection(("127.0.0.1", \(port))) for _ in range(120)]
        print("held", flush=True)
        sys.stdin.read()
        held[0].sendall(b"GET /livez HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
        print(held[0].recv(12).decode(), flush=True)
        """,
      ])
    try await hog.waitForLine(containing: "held")
    try await hog.waitForLine(containing: "HTTP/1.1 200")
    try await hog.ended()
    #expect(try await daemon.execute(Self.mission)["status"] == "completed")
  }
}
