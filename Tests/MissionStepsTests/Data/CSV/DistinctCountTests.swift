import Formats
import Testing

@testable import MissionSteps

@Suite struct DistinctCountTests {
  private func count(_ values: some Sequence<Int>) -> DistinctCount {
    var count = DistinctCount()
    for value in values { withCell("value \(value)") { count.add($0.raw($1)) } }
    return count
  }

  @Test func `few values are counted exactly`() {
    let exact = count((0..<5000).map { $0 % 1000 })
    #expect(exact.isExact && exact.count == 1000)
  }

  @Test func `many values are counted within a few percent`() {
    let estimate = count(0..<150_000)
    #expect(!estimate.isExact)
    #expect(abs(estimate.count - 150_000) < 4500)
  }
}
