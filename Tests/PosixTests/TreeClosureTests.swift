import Testing

@testable import Posix

@Suite struct TreeClosureTests {
  private let closure = TreeClosure(marker: "m", main: 10, startTicks: 100, ownSession: 1)

  private func entry(
    _ pid: Int32, parent: Int32 = 1, session: Int32 = 1, at ticks: UInt64 = 200, marker: String? = nil,
    isZombie: Bool = false
  ) -> ProcessEntry {
    ProcessEntry(
      pid: pid, parent: parent, session: session, isZombie: isZombie, startTicks: ticks, marker: marker)
  }

  private func members(_ entries: [ProcessEntry], orphans: Set<Int32> = []) -> [Int32] {
    closure.members(of: entries, orphans: orphans).map(\.pid)
  }

  @Test func `children of children belong, whatever order they are found in`() {
    #expect(
      members([entry(13, parent: 12), entry(12, parent: 11), entry(11, parent: 10), entry(10)]) == [
        13, 12, 11, 10,
      ])
  }

  @Test func `an orphan belongs by session or by marker`() {
    #expect(
      members([entry(20, session: 10), entry(21, marker: "m"), entry(22), entry(23, marker: "n")]) == [
        20, 21,
      ])
  }

  @Test func `who shares a session with a member belongs, and so do its children`() {
    #expect(
      members([entry(30, session: 29, marker: "m"), entry(31, session: 29), entry(32, parent: 31)]) == [
        30, 31, 32,
      ])
  }

  @Test func `session zero is the kernel's, and nobody's`() {
    #expect(members([entry(30, session: 0, marker: "m"), entry(2, session: 0)]) == [30])
  }

  @Test func `a number used again for something older than the attempt does not belong`() {
    #expect(members([entry(10, at: 99), entry(40, session: 10, at: 99)]).isEmpty)
  }

  @Test func `zombies lead to their children but are no members`() {
    #expect(members([entry(10, isZombie: true), entry(11, parent: 10)]) == [11])
  }

  @Test func `an orphan that was given to the attempt belongs with its children`() {
    #expect(members([entry(50), entry(51, parent: 50), entry(52)], orphans: [50]) == [50, 51])
  }
}
