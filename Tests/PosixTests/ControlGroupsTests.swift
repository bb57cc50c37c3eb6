import Glibc
import Testing

@testable import Posix

@Suite struct ControlGroupsTests {
  @Test(arguments: [
    ("30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "0::/\n", "/sys/fs/cgroup"),
    (
      "30 1 0:26 / /sys/fs/cgroup rw,x shared:4 - cgroup2 c rw", "0::/a.slice/b.service\n",
      "/sys/fs/cgroup/a.slice/b.service"
    ),
    ("30 1 0:26 /a /sys/fs/cgroup rw - cgroup2 c rw", "0::/a\n", "/sys/fs/cgroup"),
    ("30 1 0:26 /a /sys/fs/cgroup rw - cgroup2 c rw", "1:cpu:/z\n0::/a/b\n", "/sys/fs/cgroup/b"),
  ])
  func `the own group is found in the mounted tree`(mounts: String, group: String, path: String) {
    #expect(ControlGroups.ownPath(mountInfo: mounts, cgroup: group) == path)
  }

  @Test func `without a cgroup2 mount, or outside of it, there is no group`() {
    #expect(ControlGroups.ownPath(mountInfo: "30 1 0:26 / /c rw - cgroup cpu rw", cgroup: "0::/\n") == nil)
    #expect(ControlGroups.ownPath(mountInfo: "30 1 0:26 /a /c rw - cgroup2 c rw", cgroup: "0::/ab\n") == nil)
    #expect(ControlGroups.ownPath(mountInfo: "30 1 0:26 / /c rw - cgroup2 c rw", cgroup: "1:cpu:/\n") == nil)
  }

  @Test func `memory kills are read from the kernel's events`() {
    #expect(ControlGroup.memoryKills(in: "low 0\nhigh 0\nmax 9\noom 3\noom_kill 2\noom_group_kill 0\n") == 2)
    #expect(ControlGroup.memoryKills(in: "oom 3\noom_kill 0\n") == 0)
    #expect(ControlGroup.memoryKills(in: "") == 0)
    #expect(ControlGroup.count("max", in: "max 4\n") == 4)
    #expect(ControlGroup.count("max", in: "maximum 4\n") == 0)
  }
}

/// A cgroup2 tree that is mounted for these tests alone, in the mount namespace of a child that keeps it.
private enum OwnMount {
  static let top = Task { () -> String in
    let table = try ProcessTable(loop: Children.loop, groups: nil)
    let (lines, said) = AsyncStream.makeStream(of: Void.self)
    var keeper = Children.shell("mount -t cgroup2 cgroup2 /mnt && echo && exec sleep 999")
    keeper.program = "/usr/bin/unshare"
    keeper.arguments = ["unshare", "-m"] + keeper.arguments
    let handle = try await table.start(keeper, attempt: Children.marker()) { stream, _ in
      if stream == .output { said.yield() }
      return .proceed
    }
    let end = Task {
      let ending = await table.ending(of: handle, grace: .zero)
      said.finish()
      return ending
    }
    for await _ in lines { return "/proc/\(handle.pid)/root/mnt" }
    throw Errno(EPERM, "mount a cgroup2 tree: \(await end.value.main.status)")
  }
}

extension ProcessTableTests {
  /// A group of a cgroup2 tree with a table that uses it. Fails, never falls back to markers.
  private func withGroups<Value>(_ body: (ProcessTable, ControlGroups) async throws -> Value) async throws
    -> Value
  {
    let top = try await OwnMount.top.value
    let path = "\(top)/missiond-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try #require(mkdir(path, 0o755) == 0, "the cgroup2 tree is not writable")
    defer { #expect(rmdir(path) == 0, "a leaf was left behind") }
    let groups = try ControlGroups(path: path)
    return try await body(try ProcessTable(loop: Children.loop, groups: groups), groups)
  }

  @Test func `a child is in its own group from its first instruction, and the group goes with it`()
    async throws
  {
    try await withGroups { table, groups in
      let marker = Children.marker()
      let outcome = try await Children.run(
        Children.shell("grep '^0::' /proc/self/cgroup"), in: table, marker: marker)
      #expect(outcome.output.hasSuffix("/attempt-cbf29ce484222325-\(marker)\n"))
      #expect(outcome.ending.leftOver.isEmpty)
      #expect(!outcome.ending.ranOutOfMemory)
      #expect(access("\(groups.path)/attempt-cbf29ce484222325-\(marker)", F_OK) != 0)
    }
  }

  @Test func `a bound that the group cannot keep is an error, and nothing starts`() async throws {
    try await withGroups { table, groups in
      // Leaves have the controllers that their parent hands on; this one hands on none.
      #expect(groups.controllers.isEmpty)
      var child = Children.shell("echo started")
      child.groupLimits = .init(processes: 5)
      let error = await #expect(throws: SpawnError.self) { try await Children.run(child, in: table) }
      #expect(error?.stage == .cgroup)
    }
  }

  @Test func `a group is killed whole, markers and sessions or not`() async throws {
    try await withGroups { table, _ in
      let ready = AsyncStream.makeStream(of: Void.self)
      let script =
        "trap '' TERM; (env -i /usr/bin/setsid /bin/sleep 55.5 &) ; setsid sleep 55.5 & echo; sleep 99"
      let handle = try await table.start(Children.shell(script), attempt: Children.marker()) { _, _ in
        ready.continuation.finish()
        return .proceed
      }
      let task = Task { await table.ending(of: handle, grace: .milliseconds(100)) }
      for await _ in ready.stream {}
      task.cancel()
      let ending = await task.value
      #expect(ending.main.status == .signalled(SIGKILL))
      #expect(ending.unkillable.isEmpty)
    }
    #expect(await Children.zombies().isEmpty)
  }

  @Test func `SIGTERM in a group is enough for those who heed it`() async throws {
    try await withGroups { table, _ in
      let start = BootTime.now
      let handle = try await table.start(
        Children.shell("sleep 99 & exec sleep 99"), attempt: Children.marker()
      ) {
        _, _ in .proceed
      }
      let task = Task { await table.ending(of: handle, grace: .seconds(50)) }
      task.cancel()
      let ending = await task.value
      #expect(ending.main.status == .signalled(SIGTERM))
      #expect(start.duration(to: .now) < .seconds(10))
    }
  }

  @Test func `what a main process leaves in its group is named and ended`() async throws {
    try await withGroups { table, _ in
      let outcome = try await Children.run(
        Children.shell(
          """
          env -i /usr/bin/setsid /bin/sleep 99 >/dev/null 2>&1 &
          until grep -qx sleep /proc/$!/comm; do :; done
          """), in: table)
      #expect(outcome.ending.leftOver.map(\.name) == ["sleep"])
    }
  }

  @Test func `groups that an earlier process left are killed and removed, but for those to keep`()
    async throws
  {
    try await withGroups { table, groups in
      let (lost, kept) = (Children.marker(), Children.marker())
      let first = try await table.start(Children.shell("exec sleep 99"), attempt: lost) { _, _ in .proceed }
      let second = try await table.start(Children.shell("exec sleep 99"), attempt: kept) { _, _ in .proceed }
      groups.removeLeftOvers(except: [kept])
      #expect(await table.ending(of: first, grace: .zero).main.status == .signalled(SIGKILL))
      #expect(ProcessSnapshot.entry(of: second.pid)?.isZombie == false)
      await table.cancel(second)
      #expect(await table.ending(of: second, grace: .zero).main.status == .signalled(SIGKILL))
    }
  }
}
