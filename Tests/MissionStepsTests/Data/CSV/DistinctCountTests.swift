import Formats
import Testing

@testable import MissionSteps

@Suite struct DistinctCountTests {
  private func count(_ values: some Sequence<Int>, halvings: Int = 0) -> DistinctCount {
    var count = DistinctCount(halvings: halvings)
    for value in values { withCell("value \(value)") { count.add($0.raw($1)) } }
    return count
  }

  @Test func `few values are counted exactly`() {
    let exact = count((0..<5000).map { $0 % 1000 })
    #expect(exact.isExact && exact.count == 1000)
  }

  @Test(arguments: [DistinctCount.exactCount - 1, DistinctCount.exactCount, DistinctCount.exactCount + 1])
  func `it is exact up to a limit`(values: Int) {
    let counted = count(0..<values)
    #expect(counted.isExact == (values <= DistinctCount.exactCount))
    #expect(!counted.isExact || counted.count == values)
  }

  @Test(arguments: [1025, 5000, 40_000, 60_000])
  func `in less room fewer are exact, and more are near`(values: Int) {
    let counted = count(0..<values, halvings: 60)
    #expect(!counted.isExact)
    #expect(abs(counted.count - values) < values / 25)
    #expect(count(0..<1024, halvings: 60).isExact)
  }

  @Test func `values of all lengths are told apart`() {
    var count = DistinctCount()
    for length in 1...40 {
      withCell(String(repeating: "0", count: length)) { count.add($0.raw($1)) }
      withCell(String(repeating: "0", count: length - 1) + "1") { count.add($0.raw($1)) }
    }
    #expect(count.count == 80)
  }

  @Test func `many values are counted within a few percent`() {
    let estimate = count(0..<150_000)
    #expect(!estimate.isExact)
    #expect(abs(estimate.count - 150_000) < 4500)
  }
}
