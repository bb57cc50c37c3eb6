import Formats
import Testing

@testable import MissionSteps

@Suite struct StatisticsStageTests {
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
