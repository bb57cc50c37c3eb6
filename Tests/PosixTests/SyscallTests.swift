import Glibc
import Testing

@testable import Posix

@Suite struct SyscallTests {
  @Test func `an interrupted call is made again`() throws {
    var calls = 0
    let result = try check("try") { () -> CInt in
      calls += 1
      errno = EINTR
      return calls < 3 ? -1 : 7
    }
    #expect(result == 7)
    #expect(calls == 3)
  }

  @Test func `a call that would wait gives nil, any other failure is thrown`() throws {
    let waits = try checkReady("read", nil) { () -> Int in
      errno = EAGAIN
      return -1
    }
    #expect(waits == nil)
    #expect(throws: Errno(EIO, "read", "disk")) {
      _ = try checkReady("read", "disk") { () -> Int in
        errno = EIO
        return -1
      }
    }
  }

  @Test func `the Nth call of the named operation fails, and no other`() throws {
    var failed: [Int] = []
    let (_, fired) = withFault("write", nth: 2, code: ENOSPC) {
      for call in 1...3 {
        do { _ = try check("read") { 0 as CInt } } catch { failed.append(-call) }
        do { _ = try check("write") { 0 as CInt } } catch { failed.append(call) }
      }
    }
    #expect(failed == [2])
    #expect(fired)
    #expect(throws: Never.self) { try check("write") { 0 as CInt } }
  }

  @Test func `a fault that was not reached says so`() {
    #expect(withFault("write", nth: 5, code: EIO) {}.fired == false)
  }
}
