import Glibc
import MissionModel
import Posix
import TestSupport
import Testing

@testable import Sandbox

@Suite struct DetachedProcessesTests {
  private let directory: TemporaryDirectory
  private var detached: DetachedProcesses { DetachedProcesses(directory: directory.path) }

  init() throws { directory = try TemporaryDirectory() }

  private func record(pid: Int32) throws -> DetachedProcesses.Record {
    DetachedProcesses.Record(
      identity: try #require(ProcessIdentity(of: pid)), marker: "detached-k-1", log: "/a \"b\"", isReady: true
    )
  }

  @Test func `what is written down is found by its key and by its pid`() throws {
    let record = try record(pid: getpid())
    try detached.save(record, as: "k")
    #expect(detached.find("k") == record)
    #expect(detached.find(pid: getpid()) == record)
    #expect(detached.find(pid: 1) == nil)
    #expect(directory.entries() == ["k.json"])
  }

  @Test func `a process that is another one by now is none`() throws {
    var record = try record(pid: getpid())
    record.identity = ProcessIdentity(
      pid: getpid(), startTicks: record.identity.startTicks + 1, bootID: record.identity.bootID)
    try detached.save(record, as: "k")
    #expect(detached.find(pid: getpid()) == nil)
    #expect(detached.find("k") == nil)
    #expect(directory.entries().isEmpty)
  }

  @Test func `damaged files are none`() throws {
    try directory.write("{", to: "a.json")
    try directory.write("{\"pid\": 99999999999}", to: "b.json")
    #expect(detached.find(pid: getpid()) == nil)
    #expect(detached.find("a") == nil)
  }

  @Test func `a key depends on the place, the step and the command`() {
    let command = Command("a", ["b"])
    let key = DetachedProcesses.key(of: command, step: "s", workspace: "/w")
    #expect(key.utf8.count == 32)
    #expect(key == DetachedProcesses.key(of: command, step: "s", workspace: "/w"))
    var other = command
    other.workingDirectory = "d"
    for (command, step, workspace) in [
      (Command("a", ["b", ""]), "s", "/w"), (command, "t", "/w"), (command, "s", "/v"), (other, "s", "/w"),
    ] {
      #expect(DetachedProcesses.key(of: command, step: step, workspace: workspace) != key)
    }
  }
}
