import MissionEngine
import MissionModel
import TestSupport
import Testing

@Suite struct TopologicalOrderTests {
  private static let diamond = Mission.sketch([
    StepSketch("d", after: ["b", "c"]), StepSketch("a"), StepSketch("b", after: ["a"]),
    StepSketch("c", after: ["a"]),
  ]).steps

  @Test func `every step comes after what it depends on, ties in document order`() {
    #expect(TopologicalOrder.order(of: Self.diamond) == [1, 2, 3, 0])
  }

  @Test func `waves hold what could run side by side`() {
    #expect(TopologicalOrder.waves(of: Self.diamond) == [[1], [2, 3], [0]])
  }

  @Test func `a cycle has no order`() {
    let steps = [Step(id: "a", type: "noop", dependsOn: [1]), Step(id: "b", type: "noop", dependsOn: [0])]
    #expect(TopologicalOrder.order(of: steps) == nil)
    #expect(TopologicalOrder.waves(of: steps) == nil)
  }
}
