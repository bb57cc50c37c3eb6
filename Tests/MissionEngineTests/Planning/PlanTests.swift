import MissionEngine
import MissionModel
import TestSupport
import Testing

@Suite struct PlanTests {
  @Test func `a step starts only after everything it depends on`() {
    var plan = Plan(
      Mission.sketch([StepSketch("a"), StepSketch("b"), StepSketch("c", after: ["a", "b"])]).steps)
    #expect(plan.next() == 0)
    #expect(plan.next() == 1)
    #expect(plan.next() == nil)
    #expect(plan.finish(0, satisfiesDependents: true).isEmpty)
    #expect(plan.next() == nil)
    #expect(plan.finish(1, satisfiesDependents: true).isEmpty)
    #expect(plan.next() == 2)
  }

  @Test func `what cannot run any more is named with the dependency that it needed`() {
    var plan = Plan(
      Mission.sketch([StepSketch("a"), StepSketch("b", after: ["a"]), StepSketch("c", after: ["b"])]).steps)
    #expect(plan.next() == 0)
    let skips = plan.finish(0, satisfiesDependents: false)
    #expect(skips.map(\.step) == [1, 2])
    #expect(skips.map(\.because) == [0, 1])
    #expect(plan.remaining == 0)
  }

  @Test func `finishing a step that never started is a programmer error`() async {
    await #expect(processExitsWith: .failure) {
      var plan = Plan(Mission.sketch([StepSketch("a")]).steps)
      _ = plan.finish(0, satisfiesDependents: true)
    }
  }

  @Test(arguments: 0..<40) func `random graphs behave like the obvious model`(seed: UInt64) {
    var generator = SeededBytes(seed: seed)
    let count = Int.random(in: 1...40, using: &generator)
    let sketches = (0..<count).map { index in
      StepSketch(
        "s\(index)",
        after: (0..<index).filter { _ in Int.random(in: 0..<6, using: &generator) == 0 }.map { "s\($0)" })
    }
    let steps = Mission.sketch(sketches).steps
    var plan = Plan(steps)
    var model = ReferencePlan(steps)
    var running: [Int] = []
    while plan.remaining > 0 {
      while running.count < 3, let step = plan.next() {
        #expect(step == model.next())
        running.append(step)
      }
      let step = running.remove(at: Int.random(in: 0..<running.count, using: &generator))
      let succeeds = Int.random(in: 0..<5, using: &generator) > 0
      #expect(
        Set(plan.finish(step, satisfiesDependents: succeeds).map(\.step)) == model.finish(step, succeeds))
    }
    #expect(model.isOver)
  }
}

/// The same rules, written without any thought of speed.
private struct ReferencePlan {
  private var open: Set<Int>
  private var running: Set<Int> = []
  private var succeeded: Set<Int> = []
  private let steps: [Step]

  init(_ steps: [Step]) {
    self.steps = steps
    open = Set(steps.indices)
  }

  var isOver: Bool { open.isEmpty && running.isEmpty }

  mutating func next() -> Int? {
    guard
      let step = open.sorted().first(where: { steps[$0].dependsOn.allSatisfy { succeeded.contains(Int($0)) } }
      )
    else { return nil }
    open.remove(step)
    running.insert(step)
    return step
  }

  mutating func finish(_ step: Int, _ succeeds: Bool) -> Set<Int> {
    running.remove(step)
    if succeeds {
      succeeded.insert(step)
      return []
    }
    var lost: Set<Int> = [step]
    var grows = true
    while grows {
      let more = open.filter { steps[$0].dependsOn.contains { lost.contains(Int($0)) } }
      grows = !more.isEmpty
      open.subtract(more)
      lost.formUnion(more)
    }
    return lost.subtracting([step])
  }
}
