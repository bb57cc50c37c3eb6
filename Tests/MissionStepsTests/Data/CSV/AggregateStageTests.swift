import Formats
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

  @Test func `least and greatest of nothing are empty`() throws {
    let stage = AggregateStage(by: [], [("m", try CSVAggregate(["op": "min", "column": "a"]))])
    #expect(try rows(of: "a,b\n,1\n", through: stage) == [["m"], [""]])
  }
}
