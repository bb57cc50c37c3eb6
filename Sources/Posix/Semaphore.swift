import CLinux
import Glibc

/// A counting semaphore of `sem_overview(7)` with a heap address, for threads of our own.
// sem_t may be used from any thread, and its address never changes: hence unchecked.
package final class Semaphore: @unchecked Sendable {
  private let semaphore: UnsafeMutablePointer<sem_t>

  /// Starts with as many signals as are given.
  package init(_ signals: UInt32 = 0) {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, signals)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  /// Lets one who waits, or the next to come, go on.
  package func signal() { sem_post(semaphore) }

  /// Blocks the thread until a signal is there for it.
  package func wait() {
    while sem_wait(semaphore) != 0 {}
  }

  /// Blocks the thread likewise; false where nothing came in time.
  package func wait(seconds: Int) -> Bool { linux_semaphore_wait(semaphore, Int64(seconds)) == 0 }
}
