import CLinux
import Glibc

/// Makes a system call, again where a signal interrupted it, and turns -1 into an `Errno`.
///
/// Every call of `Posix` goes through here, so that `withFault` can make each of them fail.
package func check<Result: SignedInteger>(
  _ operation: StaticString, _ subject: @autoclosure () -> String? = nil, _ call: () -> Result
) throws(Errno) -> Result {
  while true {
    let result = injectedFault(operation) ? -1 : call()
    if result != -1 { return result }
    let code = errno
    if code != EINTR { throw Errno(code, operation.description, subject()) }
  }
}

/// Like `check`, for descriptors that do not block: nil where the call would have to wait (`EAGAIN`).
package func checkReady<Result: SignedInteger>(
  _ operation: StaticString, _ subject: @autoclosure () -> String? = nil, _ call: () -> Result
) throws(Errno) -> Result? {
  while true {
    let result = injectedFault(operation) ? -1 : call()
    if result != -1 { return result }
    let code = errno
    if code == EAGAIN { return nil }
    if code != EINTR { throw Errno(code, operation.description, subject()) }
  }
}

/// Whether a test wants this call to fail; then `errno` is already set.
package func injectedFault(_ operation: StaticString) -> Bool {
  guard linux_fault_armed() != 0 else { return false }
  let code = linux_fault_take(UnsafeRawPointer(operation.utf8Start).assumingMemoryBound(to: CChar.self))
  guard code != 0 else { return false }
  errno = code
  return true
}

/// Runs `body` with the `nth` call of `operation` on this thread failing with `code`; for tests.
///
/// Says whether the call was reached, so that a sweep over `nth` knows when it has seen every call.
/// Other threads are not touched. Costs one thread-local word per system call where unused.
package func withFault<Value, Failure: Error>(
  _ operation: StaticString, nth: Int, code: CInt, _ body: () throws(Failure) -> Value
) throws(Failure) -> (value: Value, fired: Bool) {
  linux_fault_arm(
    UnsafeRawPointer(operation.utf8Start).assumingMemoryBound(to: CChar.self), Int64(nth), code)
  do {
    let value = try body()
    return (value, linux_fault_disarm() != 0)
  } catch {
    _ = linux_fault_disarm()
    throw error
  }
}
