import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionSteps

@Suite(.timeLimit(.minutes(1))) struct SubStepWindowTests {
  private static let steps = (0..<5).map { SubStep(name: "s\($0)", type: "noop", parameters: [:]) }

  private static func runner(
    _ mostAtOnce: Int, _ run: @escaping @Sendable (SubStep) async -> SubStepResult
  ) -> SubSteps {
    SubSteps(
      find: { _ in .unknown(closest: nil) }, names: [], mostAtOnce: mostAtOnce, fill: { value, _ in value },
      run: run)
  }

  @Test(arguments: [1, 2, 5, 9])
  func `no more run at once than the mission's bound, and each is heard of`(bound: Int) async throws {
    let running = Observed(0)
    let most = Observed(0)
    let full = min(bound, Self.steps.count)
    let runner = Self.runner(bound) { step in
      running.update { $0 += 1 }
      most.update { [now = running.value] in $0 = max($0, now) }
      // The first ones wait until the window is full.
      _ = try? await most.wait("a full window") { $0 >= full }
      running.update { $0 -= 1 }
      return SubStepResult(output: .string(step.name), mainOutput: .null)
    }
    var heard: [String?] = Array(repeating: nil, count: Self.steps.count)
    await SubStepWindow.run(Self.steps, runner) { place, result in
      heard[place] = result.output.stringValue
      return true
    }
    #expect(heard == Self.steps.map(\.name))
    #expect(most.value == full)
  }

  @Test func `after a no what runs is ended, and nothing more starts`() async {
    let started = Observed<[String]>([])
    let never = AsyncStream<Void>.makeStream()
    let runner = Self.runner(2) { step in
      started.update { $0.append(step.name) }
      if step.name == "s0" {
        _ = try? await started.wait("both") { $0.count == 2 }
        return SubStepResult(failure: StepFailure("boom"))
      }
      // Ends because it is told to.
      for await _ in never.stream {}
      return SubStepResult(failure: .cancelled)
    }
    var heard: [String] = []
    await SubStepWindow.run(Self.steps, runner) { _, result in
      heard.append(result.failure?.message ?? "")
      return false
    }
    #expect(heard == ["boom"])
    #expect(Set(started.value) == ["s0", "s1"])
  }
}
