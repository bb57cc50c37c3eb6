import Formats
import MissionModel
import MissionSteps
import Testing

@Suite struct CommandParametersTests {
  private func read(_ parameters: JSONObject) -> CommandParameters {
    var reader = ParameterReader(parameters, for: .running)
    return CommandParameters(&reader)
  }

  @Test func `a word that was filled in stays one word`() throws {
    let command = try read(["command": ["echo", "a b; c"]]).command()
    #expect(command == Command("echo", ["a b; c"]))
  }

  @Test func `a program that turned out empty is a bad parameter`() {
    #expect(throws: StepFailure(.badParameters, "command: is empty")) {
      try read(["command": ["", "x"]]).command()
    }
    #expect(throws: StepFailure(.badParameters, "command: is empty")) { try read(["command": []]).command() }
  }
}
