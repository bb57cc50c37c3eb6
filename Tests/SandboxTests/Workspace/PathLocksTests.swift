import MissionModel
import TestSupport
import Testing

@testable import Sandbox

@Suite struct PathLocksTests {
  private let locks = PathLocks()

  @Test func `one after the other changes a file`() async throws {
    let inside = Observed(0)
    let most = Observed(0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask {
          guard let lock = try? await locks.take([1]) else { return }
          let count = inside.update { count in
            count += 1
            return count
          }
          most.update { $0 = max($0, count) }
          await Task.yield()
          inside.update { $0 -= 1 }
          lock.release()
          lock.release()
        }
      }
    }
    #expect(most.value == 1)
    try await locks.take([1]).release()
  }

  @Test func `files do not wait for each other`() async throws {
    let first = try await locks.take([1])
    try await locks.take([2]).release()
    first.release()
  }

  @Test func `who is told to end waits no longer, and the next one comes`() async throws {
    let first = try await locks.take([1])
    let waiting = Task { await failure { try await locks.take([1]) } }
    waiting.cancel()
    #expect(await waiting.value == .cancelled)
    first.release()
    try await locks.take([1]).release()
  }
}
