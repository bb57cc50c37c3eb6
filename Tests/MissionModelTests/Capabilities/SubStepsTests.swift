import Formats
import MissionModel
import Testing

@Suite struct SubStepsTests {
  @Test func `a step that declared no steps runs none`() async {
    let result = await SubSteps.denied.run(SubStep(name: "a", type: "noop", parameters: [:]))
    #expect(result.failure?.kind == .denied)
    #expect(
      result.failure?.message == "run a: this step type did not declare that it runs steps")
    #expect(Capabilities().limited(to: []).steps.names.isEmpty)
  }

  @Test func `what placeholders can name of a sub-step`() {
    let good = SubStepResult(output: ["x": 1], mainOutput: 1, durationMilliseconds: 7)
    #expect(
      good.json == ["output": ["x": 1], "status": "success", "error": nil, "duration_ms": 7])
    let bad = SubStepResult(failure: StepFailure("boom", output: [2]))
    #expect(bad.json["status"] == "failed")
    #expect(bad.json["error"] == "boom")
    #expect(bad.output == [2])
  }
}
