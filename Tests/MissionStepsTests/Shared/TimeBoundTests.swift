import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct TimeBoundTests {
  private let context: StepContext

  init() throws { context = try StepRunner().context(StepDeclaration(WebSocketConnectStep.self)) }

  @Test func `work that is done in time gives its value`() async throws {
    #expect(try await TimeBound.run(seconds: 60, in: context) { 7 } == 7)
  }

  @Test func `work that fails in time gives its failure`() async {
    let failed = await failure {
      try await TimeBound.run(seconds: 60, in: context) { () throws(StepFailure) -> Int in
        throw StepFailure("no")
      }
    }
    #expect(failed?.message == "no")
  }

  @Test func `work that takes too long is cancelled and gives nothing`() async throws {
    let sleep = context.sleep
    let result = try await TimeBound.run(seconds: 0.01, in: context) { () throws(StepFailure) -> Int in
      try await sleep(.seconds(3600))
      return 7
    }
    #expect(result == nil)
  }
}
