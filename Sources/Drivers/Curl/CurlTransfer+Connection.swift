import Glibc
import Posix

/// The bytes of a connection that libcurl made, through its TLS: curl_easy_recv(3), curl_easy_send(3).
extension CurlTransfer {
  private static let tryAgain: CInt = 81

  /// The next bytes from the other side; none where it has closed. Blocks until there are some.
  package func receive() throws(CurlError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      var count = 0
      let code = buffer.withUnsafeMutableBytes {
        handle.functions.receive(handle.easy, $0.baseAddress, $0.count, &count)
      }
      if code == 0 { return Array(buffer[..<count]) }
      try wait(for: POLLIN, after: code)
    }
  }

  /// Sends all of `bytes`. Blocks until the last of them is in the hands of the kernel.
  package func send(_ bytes: [UInt8]) throws(CurlError) {
    var sent = 0
    while sent < bytes.count {
      var count = 0
      let code = bytes[sent...].withUnsafeBytes {
        handle.functions.send(handle.easy, $0.baseAddress, $0.count, &count)
      }
      if code == 0 { sent += count } else { try wait(for: POLLOUT, after: code) }
    }
  }

  /// Waits until the socket is ready, the transfer is cancelled, or a second is over.
  private func wait(for event: CInt, after code: CInt) throws(CurlError) {
    guard !isCancelled.withLock({ $0 }) else { throw .cancelled }
    guard code == Self.tryAgain else {
      throw .transfer(
        code: code, message: handle.functions.text(code).map { String(cString: $0) } ?? "error \(code)",
        errno: CInt(handle.functions.number(.systemError, of: handle.easy)))
    }
    let left = deadline - ContinuousClock.now
    guard left > .zero else { throw .transfer(code: 28, message: "no answer in time", errno: 0) }
    /// `struct curl_waitfd`; its events have the values of POLLIN and, for out, 4 like POLLOUT.
    struct Wait {
      var descriptor: CInt
      var events: CShort
      var happened: CShort = 0
    }
    let socket = handle.functions.number(.activeSocket, of: handle.easy)
    var wait = Wait(descriptor: CInt(truncatingIfNeeded: socket), events: CShort(event))
    let milliseconds = CInt(max(1, min(1000, left / .milliseconds(1))))
    _ = handle.functions.poll(handle.multi, &wait, 1, milliseconds, nil)
    guard !isCancelled.withLock({ $0 }) else { throw .cancelled }
  }
}
