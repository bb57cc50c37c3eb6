import Formats
import Foundation
import TestSupport
import Testing

/// A daemon that was given a part of the control group tree, as its unit asks for with `Delegate=yes`.
@Suite struct ControlGroupTests {
  /// The group, made in a mount namespace of its own and marked as the service manager marks those it gives.
  private let group = "missiond-test-\(UInt32.random(in: 0...UInt32.max))"
  private let directory: TemporaryDirectory

  /// Leaves the marker, the session and the parent behind, and tells its number.
  private static func escaping(_ last: String) -> String {
    """
    name: escape
    steps:
      - id: leave
        step_type: command
        parameters:
          shell: true
          command: |
            env -i /usr/bin/setsid /bin/sh -c 'echo $$ > began; sleep 999 & exec sleep 998' >/dev/null 2>&1 &
            until [ -s began ]; do :; done
            cat began
            \(last)
    """
  }

  init() throws { directory = try TemporaryDirectory() }

  private func daemon() async throws -> TestDaemon {
    let enter = """
      set -e
      mount -t cgroup2 cgroup2 /mnt
      mkdir -p /mnt/\(group)
      python3 -c 'import os; os.setxattr("/mnt/\(group)", "trusted.delegate", b"1")'
      echo $$ > /mnt/\(group)/cgroup.procs
      exec "$@"
      """
    let daemon = try await TestDaemon(
      directory: directory, wrapper: ["unshare", "-m", "sh", "-c", enter, "sh"])
    let own = try String(contentsOfFile: "/proc/\(daemon.process.pid)/cgroup", encoding: .utf8)
    try #require(own.contains("0::/\(group)/supervisor\n"), "it fell back to markers: \(own)")
    return daemon
  }

  /// Ends the daemon and takes its group away, which has to be empty by then.
  private func end(_ daemon: TestDaemon) async throws {
    try await daemon.kill()
    let left = try await TestProcess.run(
      "unshare",
      [
        "-m", "sh", "-c",
        "mount -t cgroup2 cgroup2 /mnt && cd /mnt/\(group) && rmdir */ && rmdir ../\(group)",
      ])
    #expect(left.ending == .exited(0), "\(left.error)")
  }

  /// Whether a process has ended; whose child it was may not have asked for its end yet.
  private func isGone(_ number: Int32) -> Bool {
    let line = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
    return line.map { $0.contains(") Z ") } ?? true
  }

  @Test func `what left marker, session and parent is ended with its step, and named`() async throws {
    let daemon = try await daemon()
    let job = try await daemon.execute(Self.escaping("true"))
    let step = try #require(job["step_results"]?["leave"])
    #expect(step["status"] == "success")
    #expect(step["warnings"]?.compact.contains("ended what the command left running") == true)
    let said = step["output"]?["stdout"]?.stringValue?.split(separator: "\n").first
    let number = try #require(said.flatMap { Int32($0) }, "\(step.compact)")
    #expect(isGone(number))
    try await end(daemon)
  }

  @Test func `what left marker, session and parent goes when a killed daemon comes back`() async throws {
    let first = try await daemon()
    let id = try await first.submit(Self.escaping("exec sleep 997"))
    try await first.step("leave", of: id, is: "running")
    let began = try await TestProcess.run(
      "sh",
      [
        "-c", "until [ -s '\(directory / "state")/workspaces/\(id)/began' ]; do :; done; cat \"$0\"",
        directory / "state/workspaces/\(id)/began",
      ])
    let number = try #require(Int32(began.output.dropLast()), "\(began.output)")
    try await first.kill()
    let second = try await daemon()
    #expect(isGone(number))
    #expect(try await second.ask("/missions/\(id)/cancel", method: "POST").status == 202)
    #expect(try await second.ended(id)["status"] == "cancelled")
    try await end(second)
  }
}
