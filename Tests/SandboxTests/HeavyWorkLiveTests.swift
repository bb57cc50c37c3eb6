import MissionModel
import Sandbox
import Testing

@Suite struct HeavyWorkLiveTests {
  @Test func `work runs away from its task, and gives back what it made`() async throws {
    #expect(try await HeavyWork.live.run { _ in withUnsafeCurrentTask { $0 == nil } })
  }

  @Test func `a cancelled step waits no longer, and its work hears of it`() async {
    let (started, begin) = AsyncStream.makeStream(of: Void.self)
    let (ended, end) = AsyncStream.makeStream(of: Void.self)
    let step = Task { () -> StepFailure? in
      do throws(StepFailure) {
        try await HeavyWork.live.run { isCancelled in
          begin.finish()
          while !isCancelled() {}
          end.finish()
        }
        return nil
      } catch { return error }
    }
    for await _ in started {}
    step.cancel()
    #expect(await step.value == .cancelled)
    for await _ in ended {}
  }
}
