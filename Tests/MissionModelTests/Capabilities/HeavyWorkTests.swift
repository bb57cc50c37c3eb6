import MissionModel
import Testing

@Suite struct HeavyWorkTests {
  @Test func `work gives back what it made, or its failure`() async throws {
    #expect(try await HeavyWork.inline.run { _ in 5 } == 5)
    await #expect(throws: StepFailure("no")) {
      try await HeavyWork.inline.run { _ throws(StepFailure) -> Int in throw StepFailure("no") }
    }
  }
}
