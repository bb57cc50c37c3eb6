import Testing

@testable import Posix

@Suite(.timeLimit(.minutes(1))) struct SemaphoreTests {
  @Test func `each signal lets one go on, also one that came before`() {
    let semaphore = Semaphore()
    semaphore.signal()
    semaphore.signal()
    #expect(semaphore.wait(seconds: 3600))
    #expect(semaphore.wait(seconds: 0))
    #expect(!semaphore.wait(seconds: 0))
  }

  @Test func `it begins with as many signals as are given`() {
    let semaphore = Semaphore(2)
    #expect(semaphore.wait(seconds: 3600))
    #expect(semaphore.wait(seconds: 0))
    #expect(!semaphore.wait(seconds: 0))
  }

  @Test func `a signal of another thread ends the wait`() async {
    let semaphore = Semaphore()
    let waiter = BlockingWork(name: "waiter", permits: 1)
    async let isSignalled = waiter.run { semaphore.wait(seconds: 3600) }
    semaphore.signal()
    #expect(await isSignalled)
  }
}
