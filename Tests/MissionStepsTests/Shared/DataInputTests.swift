import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct DataInputTests {
  private func input(_ parameters: JSONObject) -> DataInput {
    var reader = ParameterReader(parameters, for: .running)
    return DataInput(&reader)
  }

  @Test func `content is read in pieces like a file`() async throws {
    let runner = try StepRunner()
    try runner.directory.write("hello", to: "f")
    let context = runner.context(StepDeclaration(ParseJSONStep.self))
    for input in [input(["content": "hello"]), input(["path": "f"])] {
      let reader = try await input.open(context)
      #expect(reader.size == 5)
      #expect(try await reader.read(3, 9) == Array("lo".utf8))
      #expect(try await reader.read(9, 9) == [])
      #expect(try await input.read(context) == Array("hello".utf8))
    }
  }

  @Test func `messages call it by its path`() {
    #expect(input(["content": "x"]).title == "content")
    #expect(input(["input_file": "a.csv"]).title == "a.csv")
  }
}
