import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct AggregateStageTests {
  @Test func `groups of several columns come in the order of their first rows`() throws {
    let stage = AggregateStage(by: ["a", "b"], [("n", try CSVAggregate(["op": "count"]))])
    #expect(
      try rows(of: "a,b\n1,\"x,y\"\n2,z\n1,\"x,y\"\n", through: stage)
        == [["a", "b", "n"], ["1", "x,y", "2"], ["2", "z", "1"]])
  }

  @Test(arguments: [
    ("5", "", "expected a map with \"op\" and \"column\", not 5"),
    (#"{"op":"count","of":1}"#, "/of", "unknown key; known are op, column"),
  ])
  func `a bad aggregate says what is wrong`(text: String, pointer: String, message: String) {
    #expect(throws: SchemaProblem(pointer, message)) { try CSVAggregate(try JSONParser.parse(text)) }
  }

  @Test func `groups that do not fit in memory are told, with the way out`() throws {
    let table = "a\n" + (0..<20_000).map { "\($0)\n" }.joined()
    let sum = try CSVAggregate(["op": "sum", "column": "a"])
    let room = (1 << 20) / MemoryLayout<NumberSummary>.stride
    #expect(
      throws: StepFailure(
        "aggregate: \(room + 1) groups do not fit in 1 MiB; name fewer columns with group_by")
    ) { try rows(of: table, through: AggregateStage(by: ["a"], [("s", sum)], limit: 1 << 20)) }
  }

  @Test func `least and greatest of nothing are empty`() throws {
    let stage = AggregateStage(by: [], [("m", try CSVAggregate(["op": "min", "column": "a"]))])
    #expect(try rows(of: "a,b\n,1\n", through: stage) == [["m"], [""]])
  }
}
