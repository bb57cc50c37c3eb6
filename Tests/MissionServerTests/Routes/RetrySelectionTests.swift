import MissionModel
import Testing

@testable import MissionServer

@Suite struct RetrySelectionTests {
  private let steps = [
    Step(id: "a", type: "noop"), Step(id: "b", type: "noop", dependsOn: [0]),
    Step(id: "c", type: "noop", dependsOn: [1]), Step(id: "d", type: "process_start"),
  ]

  @Test func `what was started runs anew, for it is gone`() throws {
    #expect(try RetrySelection.repeated(in: steps, from: nil) == [3])
  }

  @Test func `a step brings all that depends on it`() throws {
    #expect(try RetrySelection.repeated(in: steps, from: "b") == [1, 2, 3])
    #expect(try RetrySelection.repeated(in: steps, from: "a") == [0, 1, 2, 3])
  }

  @Test func `an unknown step is an error with a hint`() {
    let error = #expect(throws: RetrySelection.UnknownStep.self) {
      try RetrySelection.repeated(in: [Step(id: "build", type: "noop")], from: "biuld")
    }
    #expect(error?.description == #"from: there is no step "biuld"; did you mean "build"?"#)
  }
}
