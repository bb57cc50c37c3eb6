import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct ChainProgressTests {
  private let part = ChainPart(name: "a", type: "noop", parameters: [:])

  @Test func `a checkpoint keeps what is over, and other steps' records are left out`() throws {
    var progress = ChainProgress(nil, of: [part])
    try progress.note(SubStepResult(output: ["x": 1], mainOutput: 1, durationMilliseconds: 5), of: part)
    try progress.note(SubStepResult(output: 2, mainOutput: 2), ofItem: 7, in: part)
    #expect(ChainProgress(progress.json, of: [part]) == progress)
    let other = ChainPart(name: "b", type: "noop", parameters: [:])
    #expect(ChainProgress(progress.json, of: [other]).done.isEmpty)
  }

  @Test func `a failure names its sub-step and its element`() {
    var progress = ChainProgress(nil, of: [part])
    let failure = SubStepResult(failure: StepFailure("boom"))
    #expect(throws: StepFailure("sub-step \"a[3]\": boom")) {
      try progress.note(failure, ofItem: 3, in: part)
    }
  }
}
