import Formats
import MissionModel
import MissionSteps
import Testing

@Suite struct DataQueryTests {
  private func query(_ text: String) -> DataQuery? {
    var reader = ParameterReader(["query": .string(text)], for: .running)
    return DataQuery.read(&reader)
  }

  @Test func `it gives a part or says that there is none`() throws {
    #expect(try query("/a/0")?.apply(to: ["a": [7]], of: "x") == 7)
    #expect(throws: StepFailure("query x: there is nothing at a[1]")) {
      try query("a[1]")?.apply(to: ["a": [7]], of: "x")
    }
  }
}
