import Posix
import Testing

@testable import MissionServer

@Suite struct FailureCountsTests {
  private func at(_ milliseconds: Int64) -> BootTime { BootTime(nanoseconds: milliseconds * 1_000_000) }

  @Test func `the first, second, fourth and eighth failure make entries, which count those before them`() {
    var counts = FailureCounts()
    let found = (0..<9).map { counts.add("a", at: at(Int64($0))) }
    #expect(found.map(\.inRow) == [1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(found.map(\.toRecord) == [1, 1, nil, 2, nil, nil, nil, 4, nil])
    #expect(counts.add("b", at: at(9)).toRecord == 1, "others are counted by themselves")
  }

  @Test func `who was quiet begins anew`() {
    var counts = FailureCounts()
    for number in 0..<3 { _ = counts.add("a", at: at(Int64(number))) }
    #expect(counts.add("a", at: at(2 + 600_000)).inRow == 4)
    #expect(counts.add("a", at: at(2 + 600_000 + 600_001)) == (1, 1))
  }

  @Test func `no crowd takes memory without bound`() {
    var counts = FailureCounts()
    for number in 0..<5000 { _ = counts.add("\(number)", at: at(Int64(number))) }
    #expect(counts.count == FailureCounts.most)
    _ = counts.add("late", at: at(10_000_000))
    #expect(counts.count == 1, "those that were quiet are forgotten first")
  }
}
