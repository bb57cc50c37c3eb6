import MissionModel
import Sandbox
import Testing

@Suite struct HeavyWorkLiveTests {
  @Test func `work runs away from its task, and gives back what it made`() async throws {
    #expect(try await HeavyWork.live.run { _ in withUnsafeCurrentTask { $0 == nil } })
  }

  @Test func `work hears of a cancel`() async {
    let (started, begin) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      try? await HeavyWork.live.run { isCancelled in
        begin.finish()
        while !isCancelled() {}
        return true
      }
    }
    for await _ in started {}
    task.cancel()
    #expect(await task.value == true)
  }
}
