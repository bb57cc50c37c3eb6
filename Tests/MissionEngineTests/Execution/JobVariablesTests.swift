import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionEngine

@Suite(.timeLimit(.minutes(1))) struct JobVariablesTests {
  private static func setting(_ id: String, _ value: JSON, after: [String] = []) -> StepSketch {
    StepSketch(id, after: after, parameters: ["message": value, "output_variable": "word"])
  }

  private static func asking(after: [String]) -> StepSketch {
    StepSketch("ask", after: after, parameters: ["message": "{{ word }}"])
  }

  @Test(
    arguments: [
      // Neither depends on the other: the later one of the document.
      [setting("a", "of a"), setting("b", "of b"), asking(after: ["a", "b"])],
      // Whatever the document's order: the one that depends on the other.
      [setting("b", "of b", after: ["a"]), setting("a", "of a"), asking(after: ["a", "b"])],
      // What runs beside a step changes nothing for it.
      [setting("b", "of b"), asking(after: ["b"]), setting("c", "of c"), setting("d", "of d", after: ["c"])],
    ])
  func `of two ancestors that set one name the later holds`(steps: [StepSketch]) async {
    let harness = EngineHarness()
    let mission = Mission.sketch(steps) { $0.maxConcurrentSteps = 1 }
    #expect(await harness.run(mission) == .finished(.completed))
    #expect(await harness.journal.results["ask"]?.output == ["message": "of b"])
  }

  @Test func `a step that is no ancestor is refused at the start where submission could not look`() async {
    let harness = EngineHarness()
    let mission = Mission.sketch([
      StepSketch("a"), StepSketch("b", parameters: ["message": "{{ a.output }}"]),
    ]) { $0.maxConcurrentSteps = 1 }
    #expect(await harness.run(mission) == .finished(.failed))
    #expect(
      await harness.journal.results["b"]?.error
        == "{{ a.output }}: step \"b\" does not depend on \"a\"; add it to depends_on")
  }
}
