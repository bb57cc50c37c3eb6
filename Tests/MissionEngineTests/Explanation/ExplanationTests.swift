import Formats
import MissionEngine
import MissionModel
import TestSupport
import Testing

@Suite struct ExplanationTests {
  @Test func `it says what made a step ready, what it waited for, and why others did not run`() {
    let mission = Mission.sketch([
      StepSketch("a"), StepSketch("b"), StepSketch("c", after: ["a"]), StepSketch("d", after: ["c"]),
      StepSketch("e", after: ["a", "b"]),
    ])
    let start = Timestamp(milliseconds: 1000)
    func at(_ offset: Int64) -> Timestamp { Timestamp(milliseconds: 1000 + offset) }
    let results = [
      StepResult(
        stepID: "a", status: .success, durationMilliseconds: 500, attempts: 1, startedAt: at(1),
        finishedAt: at(501)),
      StepResult(
        stepID: "b", status: .failed, error: "boom", durationMilliseconds: 90, attempts: 2,
        startedAt: at(510), finishedAt: at(600)),
      StepResult(stepID: "c", status: .running, attempts: 1, startedAt: at(502)),
      StepResult(stepID: "d"),
      StepResult(stepID: "e", status: .skipped, error: "dependency \"b\" did not succeed"),
    ]
    let lines = Explanation(mission, results: results, startedAt: start).lines
    #expect(
      lines.map { "\($0.step): \($0.sentences.joined(separator: "; "))" } == [
        "a: started at +0.001 s: it depends on nothing; succeeded after 500 ms",
        "b: started at +0.510 s: it depends on nothing; it waited 510 ms while the places were taken by \"a\", \"c\"; took 2 attempts; failed after 90 ms: boom",
        "c: started at +0.502 s: \"a\" was over; is running",
        "d: waits for \"c\"",
        "e: was skipped: dependency \"b\" did not succeed",
      ])
  }
}
