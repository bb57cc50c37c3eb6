import Formats
import Testing

@testable import MissionSteps

@Suite struct NumberSummaryTests {
  private func summary(_ numbers: [CellNumber]) -> NumberSummary {
    var summary = NumberSummary()
    for number in numbers { summary.add(number) }
    return summary
  }

  @Test func `whole numbers stay whole`() {
    let whole = summary([.integer(.max), .integer(.max), .integer(1)])
    #expect(whole.total == .decimal("18446744073709551615"))
    #expect(summary([.integer(2), .integer(4)]).mean == 3)
    #expect(summary([.integer(1), .integer(2)]).mean == 1.5)
  }

  @Test func `sums of fractions lose nothing to rounding on the way`() {
    #expect(summary(Array(repeating: .double(0.1), count: 10)).total == 1.0)
    #expect(summary([.double(1e16), .double(1.5), .double(-1e16)]).total == 1.5)
  }

  @Test func `nothing has no mean, one value no deviation`() {
    #expect(summary([]).mean == .null && summary([]).total == 0)
    #expect(summary([.integer(5)]).deviation == .null)
    #expect(summary([.integer(2), .integer(4)]).deviation == .double(2.0.squareRoot()))
  }
}
