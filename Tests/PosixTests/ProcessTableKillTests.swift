import Glibc
import Testing

@testable import Posix

extension ProcessTableTests {
  /// Runs a script that writes a line when all of its tree is there, then cancels it.
  private func cancel(
    _ script: String, grace: Duration = .milliseconds(200), marker: String = Children.marker(),
    in table: ProcessTable = Children.table
  ) async throws -> TreeEnding {
    let ready = AsyncStream.makeStream(of: Void.self)
    let handle = try await table.start(Children.shell(script), attempt: marker) { _, _ in
      ready.continuation.finish()
      return .proceed
    }
    let task = Task { await table.ending(of: handle, grace: grace) }
    for await _ in ready.stream {}
    task.cancel()
    return await task.value
  }

  @Test func `a cancel ends a child that heeds SIGTERM at once`() async throws {
    let start = BootTime.now
    let ending = try await cancel("echo ready; exec sleep 100", grace: .seconds(50))
    #expect(ending.main.status == .signalled(SIGTERM))
    #expect(ending.wasTerminated)
    #expect(start.duration(to: .now) < .seconds(5))
  }

  @Test func `a child that ignores SIGTERM is killed after the grace time`() async throws {
    let start = BootTime.now
    let ending = try await cancel("trap '' TERM; echo ready; while :; do sleep 100; done")
    #expect(ending.main.status == .signalled(SIGKILL))
    #expect(start.duration(to: .now) >= .milliseconds(200))
  }

  @Test(arguments: [
    "sleep NAP & setsid sleep NAP & sleep 0.1; echo ready; wait",
    "(setsid sh -c 'trap \"\" TERM; sleep NAP; sleep NAP' &) ; sleep 0.1; echo ready; sleep NAP",
    "trap '' TERM; setsid sh -c 'sleep NAP & exec setsid sleep NAP' & sleep 0.1; echo ready; sleep NAP",
    "env -u MISSION_ATTEMPT setsid sleep NAP & sleep 0.1; echo ready; sleep NAP",
    "kill -STOP $$ & (setsid sleep NAP & echo ready)& sleep NAP",
  ])
  func `a whole tree goes, whatever sessions, parents and traps it made`(script: String) async throws {
    let marker = Children.marker()
    let nap = Children.nap()
    let ending = try await cancel(script.replacing("NAP", with: nap), marker: marker)
    #expect(ending.wasTerminated)
    #expect(ending.unkillable.isEmpty)
    #expect(Children.living(marker).isEmpty)
    #expect(Children.sleeping(for: nap).isEmpty)
    #expect(await Children.zombies().isEmpty)
  }

  @Test func `a tree that makes processes as fast as it can goes too`() async throws {
    let marker = Children.marker()
    let ending = try await cancel(
      "trap '' TERM; f() { for i in 1 2 3 4 5 6; do (while :; do sleep 0.01; done) & done; }; f; echo ready; wait",
      grace: .milliseconds(50), marker: marker)
    #expect(ending.unkillable.isEmpty)
    #expect(Children.living(marker).isEmpty)
  }

  @Test func `what is left after the main process is ended and named`() async throws {
    let marker = Children.marker()
    let outcome = try await Children.run(
      Children.shell("setsid sleep 100 >/dev/null 2>&1 & sleep 0.1; echo done"), marker: marker)
    #expect(outcome.ending.main.status == .exited(code: 0))
    #expect(outcome.ending.leftOver.map(\.name) == ["sleep"])
    #expect(outcome.output == "done\n")
    #expect(Children.living(marker).isEmpty)
  }

  @Test func `a pipe that somebody keeps open is read for one second, and no longer`() async throws {
    let start = BootTime.now
    let outcome = try await Children.run(Children.shell("(sleep 0.3; echo late; exec sleep 100) & echo done"))
    #expect(outcome.output == "done\nlate\n")
    #expect(outcome.ending.leftOver.map(\.name) == ["sleep"])
    let taken = start.duration(to: .now)
    #expect(taken >= .seconds(1) && taken < .seconds(4))
  }

  @Test func `a short-lived straggler is no left-over`() async throws {
    let outcome = try await Children.run(Children.shell("(sleep 0.05) >/dev/null 2>&1 & :"))
    #expect(outcome.ending.leftOver.isEmpty)
  }

  @Test func `an orphan without a marker goes with the last attempt that ran when it was adopted`()
    async throws
  {
    let table = Children.table
    let nap = Children.nap()
    let other = try await table.start(Children.shell("exec sleep 100"), attempt: Children.marker()) { _, _ in
      .proceed
    }
    let outcome = try await Children.run(
      Children.shell("(setsid env -i /bin/sleep \(nap) >/dev/null 2>&1 &) ; sleep 0.1"))
    #expect(outcome.ending.leftOver.isEmpty)
    let orphans = Children.sleeping(for: nap)
    #expect(orphans.map(\.parent) == [getpid()])
    await table.signal(other, SIGKILL)
    let last = await table.ending(of: other, grace: .milliseconds(200))
    #expect(last.leftOver.map(\.pid) == orphans.map(\.pid))
    #expect(Children.sleeping(for: nap).isEmpty)
  }

  @Test func `left-overs of an earlier process are killed by marker and by identity`() async throws {
    let marker = Children.marker()
    let table = Children.table
    let marked = try await table.start(Children.shell("setsid sleep 100 & exec sleep 101"), attempt: marker) {
      _, _ in
      .proceed
    }
    let recorded = try await table.start(
      Children.shell("sleep 100 & exec sleep 101"), attempt: Children.marker()
    ) {
      _, _ in .proceed
    }
    let identity = try #require(ProcessIdentity(of: recorded.pid))
    #expect(identity.isAlive)
    let stale = ProcessIdentity(pid: getpid(), startTicks: 1, bootID: identity.bootID)
    let otherBoot = ProcessIdentity(pid: recorded.pid, startTicks: identity.startTicks, bootID: "x")
    #expect(!stale.isAlive && !otherBoot.isAlive)
    #expect(await table.killLeftOvers(markers: [marker], processes: [identity, stale, otherBoot]).isEmpty)
    #expect(await table.ending(of: marked, grace: .zero).main.status == .signalled(SIGKILL))
    #expect(await table.ending(of: recorded, grace: .zero).main.status == .signalled(SIGKILL))
    #expect(Children.living(marker).isEmpty)
    #expect(!identity.isAlive)
  }
}
