import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct CSVConditionTests {
  private func holds(_ comparison: CSVCondition.Comparison, _ value: JSON, _ cell: String) throws -> Bool {
    let condition = CSVCondition(column: "a", comparison: comparison, value: value)
    let stage = FilterStage([condition], .unavailable)
    return try rows(of: "a,b\n\(cell),\n", through: stage).count == 2
  }

  @Test func `numbers are compared as numbers, where both are`() throws {
    #expect(try holds(.gt, 9, "10"))
    #expect(try holds(.gt, "9", "10"))
    #expect(try !holds(.gt, 9, "x"))
    #expect(try holds(.ne, 9, "x"))
    #expect(try holds(.eq, 1.5, "1.50"))
  }

  @Test func `text is compared as it reads, without quotes`() throws {
    #expect(try holds(.eq, "a\"b", "\"a\"\"b\""))
    #expect(try holds(.contains, "\"b", "\"a\"\"b\""))
    #expect(try holds(.contains, "", "x"))
    #expect(try !holds(.contains, "xyz", "xy"))
    #expect(try holds(.lt, "b", "a"))
  }

  @Test func `nothing is in order with what is missing`() throws {
    for comparison in [CSVCondition.Comparison.lt, .le, .gt, .ge] { #expect(try !holds(comparison, 1, "")) }
  }
}
