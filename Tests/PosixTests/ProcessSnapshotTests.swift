import Glibc
import TestSupport
import Testing

@testable import Posix

@Suite struct ProcessSnapshotTests {
  private let tail = " S 5 9 8 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4242 10 11"

  @Test(arguments: ["sh", "a b", "x) R 1 1 1 (", "(", ""])
  func `a name may hold anything`(name: String) throws {
    let entry = try #require(ProcessEntry(stat: "77 (\(name))" + tail))
    #expect(entry == ProcessEntry(pid: 77, parent: 5, session: 8, name: name, startTicks: 4242))
  }

  @Test(arguments: ["", "77", "77 (sh", "77 (sh)", "77 (sh) ", "77 (sh) S 1 2", "x (sh) S 5 9 8"])
  func `what is damaged is no process`(stat: String) {
    #expect(ProcessEntry(stat: stat) == nil)
  }

  @Test func `a marker is a whole variable of that name`() {
    func value(_ text: String) -> String? { ProcessSnapshot.value(of: "M", in: Array(text.utf8)) }
    #expect(value("A=1\0M=x=y\0B=2\0") == "x=y")
    #expect(value("M=last") == "last")
    #expect(value("XM=1\0MM=2\0M\0") == nil)
    #expect(value("") == nil)
  }

  @Test func `this process is found, and not among those that began later`() throws {
    let own = try #require(ProcessSnapshot.take().first { $0.pid == getpid() })
    #expect(own.parent == getppid())
    #expect(own.session == getsid(0))
    #expect(!ProcessSnapshot.take(since: own.startTicks + 1).contains { $0.pid == getpid() })
  }

  @Test func `a process descends from itself and its ancestors, and from nobody else`() {
    #expect(ProcessSnapshot.descends(getpid(), from: getpid()) == true)
    #expect(ProcessSnapshot.descends(getpid(), from: getppid()) == true)
    #expect(ProcessSnapshot.descends(getppid(), from: getpid()) == false)
    #expect(ProcessSnapshot.descends(.max, from: getpid()) == nil, "there is no such process")
  }

  @Test func `a process without a way to more privileges is known, and one that is gone is not`() async throws
  {
    let marked = try TestProcess("setpriv", ["--no-new-privs", "sh", "-c", "echo ready; exec sleep 600"])
    try await marked.waitForLine(containing: "ready")
    #expect(ProcessSnapshot.hasNoNewPrivileges(marked.pid) == true)
    #expect(ProcessSnapshot.hasNoNewPrivileges(getpid()) != nil)
    #expect(ProcessSnapshot.hasNoNewPrivileges(.max) == nil)
  }
}
