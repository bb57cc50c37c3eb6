import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct StatisticsStageTests {
  /// The statistics of a table that holds in each of its columns the numbers below `rows`.
  private func statistics(columns: Int, rows count: Int) throws -> JSON {
    let stage = StatisticsStage([])
    let header = (0..<columns).map { "c\($0)" }.joined(separator: ",")
    let lines = (0..<count).map { row in Array(repeating: "\(row)", count: columns).joined(separator: ",") }
    _ = try rows(of: ([header] + lines).joined(separator: "\n"), through: stage)
    return stage.result
  }

  @Test func `many columns share the room of a few, and say what is estimated`() throws {
    let few = try statistics(columns: 8, rows: 3000)
    #expect(few["c7"]?["distinct"] == 3000)
    #expect(few["c7"]?["median"] == 1499.5)
    #expect(few["c7"]?["estimated"] == nil)
    let many = try statistics(columns: 1025, rows: 3000)
    let last = try #require(many["c1024"])
    #expect(last["estimated"] == ["distinct", "median"])
    #expect(last["sum"] == 4_498_500)
    #expect(last["max"] == 2999)
    #expect(abs(try #require(last["median"]?.doubleValue) - 1500) < 150)
    #expect(abs(try #require(last["distinct"]?.doubleValue) - 3000) < 150)
  }

  @Test func `more columns than there may be are refused, with the way out`() throws {
    #expect(try statistics(columns: StatisticsStage.mostColumns, rows: 1)["c4095"]?["count"] == 1)
    #expect(
      throws: StepFailure(
        "statistics: 4097 columns are more than 4096; name those that matter with columns")
    ) { try statistics(columns: StatisticsStage.mostColumns + 1, rows: 1) }
  }

  @Test func `a column of mixed kinds has extremes of text only`() throws {
    let stage = StatisticsStage(["a"])
    _ = try rows(of: "a,b\n1,\nx,\n,2\n", through: stage)
    #expect(
      stage.result
        == [
          "a": [
            "count": 3, "missing": 1, "distinct": 2, "min": "x", "max": "x", "mean": nil, "median": nil,
            "stddev": nil, "sum": nil,
          ]
        ])
  }
}
