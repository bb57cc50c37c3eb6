import Formats
import MissionModel
import Testing

@testable import MissionServer

@Suite struct StepSubmissionTests {
  @Test func `a step becomes a mission of one`() throws {
    let mission = try StepSubmission.mission(
      of: Array("step: {id: x, step_type: noop}\ncontext: {a: 1}\n".utf8), as: .yaml)
    #expect(
      try JSONParser.parse(mission) == [
        "name": "x", "steps": [["id": "x", "step_type": "noop"]], "context": ["a": 1],
      ])
  }

  @Test func `a step without an id gets one`() throws {
    let mission = try StepSubmission.mission(of: Array(#"{"step": {"step_type": "noop"}}"#.utf8), as: nil)
    #expect(try JSONParser.parse(mission)["steps"]?[0]?["id"] == "step")
  }

  @Test(arguments: ["[]", "{}", #"{"step": 1}"#, #"{"step": {}, "contxt": {}}"#, "{", "a: [", "\u{0}"])
  func `anything else is refused`(text: String) {
    #expect(throws: ValidationError.self) { try StepSubmission.mission(of: Array(text.utf8), as: nil) }
  }
}
