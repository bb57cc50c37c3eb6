import Glibc
import Posix
import TestSupport
import Testing

@testable import MissionServer

@Suite(.timeLimit(.minutes(1))) struct ConfinedPeersTests {
  /// A child of this process, with or without the mark of a sandbox; once it runs.
  private static func child(isMarked: Bool) async throws -> (TestProcess, ProcessIdentity) {
    let words = ["sh", "-c", "echo ready; exec sleep 600"]
    let child = try isMarked ? TestProcess("setpriv", ["--no-new-privs"] + words) : TestProcess("env", words)
    try await child.waitForLine(containing: "ready")
    return (child, try #require(ProcessIdentity(of: child.pid)))
  }

  @Test func `where a mission alone asks for a sandbox, its mark tells`() async throws {
    let peers = ConfinedPeers(areAllConfined: false, isMarked: false)
    let (marked, confined) = try await Self.child(isMarked: true)
    #expect(peers.hold(confined))
    try #require(ProcessSnapshot.hasNoNewPrivileges(getpid()) == false, "the tests run in a sandbox")
    let (plain, free) = try await Self.child(isMarked: false)
    #expect(!peers.hold(free))
    withExtendedLifetime((marked, plain)) {}
  }

  @Test func `a process with the mark is none of a user, whoever its parents are`() async throws {
    // The child of a child that has ended: its parent is none of this process's.
    let orphan = try TestProcess(
      "sh", ["-c", "setpriv --no-new-privs sh -c 'echo pid $$; exec sleep 600' & exit 0"])
    let line = try await orphan.waitForLine(containing: "pid ")
    let pid = try #require(Int32(line.dropFirst(4)))
    let held = try ForeignProcess(pid)
    let identity = try #require(ProcessIdentity(of: pid))
    #expect(ConfinedPeers(areAllConfined: false, isMarked: false).hold(identity))
    #expect(ConfinedPeers(areAllConfined: true, isMarked: false).hold(identity))
    withExtendedLifetime((orphan, held)) {}
  }

  @Test(arguments: [(true, false), (false, true), (true, true)])
  func `where all are confined, or the daemon has the mark, what came of it is held`(
    areAllConfined: Bool, isMarked: Bool
  ) async throws {
    let peers = ConfinedPeers(areAllConfined: areAllConfined, isMarked: isMarked)
    let (child, identity) = try await Self.child(isMarked: isMarked)
    #expect(peers.hold(identity))
    #expect(!peers.hold(ProcessIdentity(of: getpid())), "the daemon itself")
    let parent = try #require(ProcessIdentity(of: getppid()))
    if ProcessSnapshot.hasNoNewPrivileges(parent.pid) == false || isMarked { #expect(!peers.hold(parent)) }
    withExtendedLifetime(child) {}
  }

  @Test func `of a process that has ended nobody can say, nor of another one with its pid`() throws {
    let peers = ConfinedPeers(areAllConfined: false, isMarked: false)
    #expect(peers.hold(nil))
    let parent = try #require(ProcessIdentity(of: getppid()))
    #expect(
      peers.hold(
        ProcessIdentity(pid: parent.pid, startTicks: parent.startTicks + 1, bootID: parent.bootID)))
  }
}
