import Formats
import MissionModel
import MissionSteps
import Testing

@Suite struct NoopStepTests {
  private static let declaration = StepDeclaration(NoopStep.self)

  @Test func `the message comes back`() async throws {
    let step = try Self.declaration.makeStep(["message": "joined"])
    #expect(try await step.run(in: context { _ in }) == ["message": "joined"])
  }

  @Test func `it waits for as long as it is told`() async throws {
    let step = try Self.declaration.makeStep(["duration_ms": "250"])
    await confirmation { waited in
      _ = try? await step.run(
        in: context { duration in
          #expect(duration == .milliseconds(250))
          waited()
        })
    }
  }

  @Test func `bad parameters are explained`() {
    #expect(
      Self.declaration.check(["duration_ms": -1, "mesage": "x"]).map(\.message) == [
        "expected a whole number from 0 to 86400000, not -1", "unknown parameter",
      ])
  }

  private func context(sleep: @escaping @Sendable (Duration) -> Void) -> StepContext {
    StepContext(
      jobID: JobID("01890000-0000-7000-8000-000000000001")!, stepID: "a", declaration: Self.declaration,
      attempt: 1,
      workspace: "/tmp", capabilities: .denied, now: { Timestamp(milliseconds: 0) }, sleep: { sleep($0) })
  }
}
