import Formats
import Foundation
import TestSupport
import Testing

/// What the daemon promised before it died holds after the next start.
@Suite struct RestartTests {
  /// One step that is over at once, and one that ends when a file appears.
  private func mission(gate: String, fields: String = "") -> String {
    """
    name: waiting
    steps:
      - {id: first, step_type: create_file, parameters: {path: first.txt, content: once}}
      - id: second
        depends_on: [first]
        step_type: command
        \(fields)
        parameters:
          shell: true
          command: |
            echo try >> tries
            setsid sleep 998 &
            while [ ! -e \(gate) ]; do sleep 0.05; done
            cat tries
    """
  }

  @Test func `a job goes on after a kill, and finished steps do not run again`() async throws {
    let before = try await TestDaemon()
    let id = try await before.submit(mission(gate: before.directory / "gate"))
    let first = try await before.step("first", of: id, is: "success")
    try await before.step("second", of: id, is: "running")
    try await before.kill()

    let after = try await TestDaemon(directory: before.directory)
    try before.directory.write("", to: "gate")
    let job = try await after.ended(id)
    #expect(job["status"] == "completed", "\(job.compact)")
    let log = try await after.ask("/missions/\(id)/steps/second/log?attempt=2").body
    #expect(log == "try\ntry\n")
    #expect(job["step_results"]?["first"]?["finished_at"] == first["finished_at"])
    #expect(job["step_results"]?["first"]?["attempts"] == 1)
    #expect(job["step_results"]?["second"]?["attempts"] == 2)
  }

  @Test func `what a killed daemon left running is gone when the next one is ready`() async throws {
    let before = try await TestDaemon()
    let id = try await before.submit(mission(gate: before.directory / "gate"))
    try await before.step("second", of: id, is: "running")
    // The log is there once the shell has started its child.
    let workspace = try #require(Sessions.workspace(of: id, in: before))
    try await before.kill()
    // No job is taken up again, so that whatever lives is of the first daemon.
    let after = try await TestDaemon(configuration: "executors: 0", directory: before.directory)
    #expect(Sessions.working(in: workspace).isEmpty)
    withExtendedLifetime(after) {}
  }

  @Test func `a step that must not run twice fails after a kill and says why`() async throws {
    let before = try await TestDaemon()
    let id = try await before.submit(mission(gate: before.directory / "gate", fields: "on_interrupt: fail"))
    try await before.step("second", of: id, is: "running")
    try await before.kill()

    let after = try await TestDaemon(directory: before.directory)
    let job = try await after.ended(id)
    #expect(job["status"] == "failed")
    let second = job["step_results"]?["second"]
    #expect(second?["status"] == "failed")
    #expect(second?["attempts"] == 1)
    #expect(second?["error"]?.stringValue?.contains("interrupted") == true, "\(job.compact)")
  }

  @Test func `the fourth death of the daemon fails the step that saw them all`() async throws {
    var daemon = try await TestDaemon()
    let directory = daemon.directory
    let id = try await daemon.submit(mission(gate: directory / "gate"))
    for death in 1...4 {
      try await daemon.step("second", of: id, is: "running")
      try await daemon.kill()
      daemon = try await TestDaemon(directory: directory)
      if death < 4 { #expect(try await daemon.ask("/missions/\(id)").json["status"] == "running") }
    }
    let job = try await daemon.ended(id)
    #expect(job["status"] == "failed", "\(job.compact)")
    #expect(job["step_results"]?["second"]?["attempts"] == 4)
  }

  @Test func `a queued job waits through a restart`() async throws {
    let before = try await TestDaemon(configuration: "executors: 0")
    let id = try await before.submit("name: queued\nsteps: [{id: only, step_type: noop}]\n")
    try await before.kill()
    let after = try await TestDaemon(directory: before.directory)
    #expect(try await after.ended(id)["status"] == "completed")
  }

  @Test func `a deadline goes on while the daemon is down`() async throws {
    let before = try await TestDaemon()
    let mission = mission(gate: before.directory / "gate") + "\nconfig: {timeout_seconds: 5}\n"
    let id = try await before.submit(mission)
    try await before.step("second", of: id, is: "running")
    try await before.kill()
    let after = try await TestDaemon(directory: before.directory)
    let job = try await after.ended(id)
    #expect(job["status"] == "failed", "\(job.compact)")
    #expect(job["error"]?.stringValue?.hasPrefix("mission deadline") == true, "\(job.compact)")
  }

  @Test func `a drain lets a running step end, takes no new work, and ends in order`() async throws {
    let daemon = try await TestDaemon()
    let id = try await daemon.submit(mission(gate: daemon.directory / "gate"))
    try await daemon.step("second", of: id, is: "running")
    daemon.process.send(SIGTERM)
    try await daemon.process.waitForLine(containing: "draining")
    try daemon.directory.write("", to: "gate")
    #expect(try await daemon.process.ended().ending == .exited(0))
    let after = try await TestDaemon(directory: daemon.directory)
    let job = try await after.ended(id)
    #expect(job["status"] == "completed")
    #expect(job["step_results"]?["second"]?["attempts"] == 1)
  }

  @Test func `a step that outlasts the drain is tried again, and that counts as no death`() async throws {
    let daemon = try await TestDaemon(configuration: "{drain_seconds: 0, kill_grace_ms: 100}")
    let id = try await daemon.submit(
      mission(gate: daemon.directory / "gate"))
    try await daemon.step("second", of: id, is: "running")
    daemon.process.send(SIGTERM)
    #expect(try await daemon.process.ended().ending == .exited(0))
    let after = try await TestDaemon(directory: daemon.directory)
    try daemon.directory.write("", to: "gate")
    let job = try await after.ended(id)
    #expect(job["status"] == "completed", "\(job.compact)")
    #expect(job["step_results"]?["second"]?["attempts"] == 2)
  }
}

/// Who works where, as `/proc` tells.
enum Sessions {
  /// The processes whose working directory is `directory`.
  static func working(in directory: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { name in
      guard Int32(name) != nil else { return false }
      return (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd")) == directory
    }
  }

  /// The workspace of a job.
  static func workspace(of id: String, in daemon: TestDaemon) -> String? {
    let root = daemon.directory / "state/workspaces"
    let path = root + "/" + id
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}
