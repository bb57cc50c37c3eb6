import MissionModel
import Posix
import Testing

@testable import Sandbox

@Suite struct ProcessSlotsTests {
  private let first = JobID("01890000-0000-7000-8000-000000000001") ?? { fatalError("a good id") }()
  private let second = JobID("01890000-0000-7000-8000-000000000002") ?? { fatalError("a good id") }()

  @Test func `a job with one wait is not behind another's hundred`() async throws {
    let slots = ProcessSlots(count: 1)
    try await slots.acquire(for: first)
    let served = Lock([JobID]())
    await withTaskGroup(of: Void.self) { group in
      for job in Array(repeating: first, count: 100) + [second] {
        group.addTask {
          try? await slots.acquire(for: job)
          served.withLock { $0.append(job) }
          slots.release()
        }
      }
      while slots.waitingCount < 101 { await Task.yield() }
      slots.release()
    }
    let order = served.withLock { $0 }
    #expect(order.count == 101)
    #expect(order.prefix(2).contains(second))
  }

  @Test func `a cancelled wait ends, and its place goes to another`() async throws {
    let slots = ProcessSlots(count: 1)
    try await slots.acquire(for: first)
    let (job, other) = (first, second)
    let waiting = Task { () -> Bool in
      do throws(StepFailure) { try await slots.acquire(for: job) } catch { return error.kind == .cancelled }
      return false
    }
    waiting.cancel()
    #expect(await waiting.value)
    slots.release()
    try await slots.acquire(for: other)
    slots.release()
  }
}
