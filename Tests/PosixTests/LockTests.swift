import Glibc
import Testing

@testable import Posix

@Suite struct LockTests {
  @Test func `additions from many threads are all counted`() async {
    let lock = Lock(0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<10_000 { lock.withLock { $0 += 1 } } }
      }
    }
    #expect(lock.withLock { $0 } == 80_000)
  }

  @Test func `an error leaves the lock free`() {
    let lock = Lock(1)
    #expect(throws: Errno(EIO, "x")) { try lock.withLock { (_) throws(Errno) in throw Errno(EIO, "x") } }
    #expect(lock.withLock { $0 } == 1)
  }
}
