import Glibc
import Posix

/// The bytes of a connection that libcurl made, through its TLS: curl_easy_recv(3), curl_easy_send(3).
/// Used on its loop: one read and one write at a time.
final class CurlStream {
  private struct Reading {
    let continuation: CheckedContinuation<Result<[UInt8], CurlError>, Never>
  }
  private struct Writing {
    let bytes: [UInt8]
    var sent = 0
    let continuation: CheckedContinuation<Result<Void, CurlError>, Never>
  }

  private let easy: CurlEasy
  private let events: EventLoop
  /// Another descriptor of the connection, since libcurl may have the loop watch its own.
  private let socket: CInt
  private var reading: Reading?
  private var writing: Writing?
  private var isWatched = false
  private var timer: EventLoop.Timer?
  private var failure: CurlError?

  /// Bytes that are read at once.
  private static let pieceBytes = 64 << 10
  /// CURLE_AGAIN.
  private static let tryAgain: CInt = 81

  init(_ easy: CurlEasy, on events: EventLoop, until deadline: BootTime) {
    self.easy = easy
    self.events = events
    socket = fcntl(CInt(truncatingIfNeeded: easy.number(.activeSocket)), F_DUPFD_CLOEXEC, 0)
    if socket < 0 { failure = .transfer(code: 2, message: "no more descriptors", errno: errno) }
    timer = events.schedule(at: deadline) { [weak self] in
      self?.close(.transfer(code: 28, message: "no answer in time", errno: 0))
    }
  }

  deinit { if socket >= 0 { Glibc.close(socket) } }

  /// The next bytes from the other side; none where it has closed.
  func read(_ continuation: CheckedContinuation<Result<[UInt8], CurlError>, Never>) {
    if let failure { return continuation.resume(returning: .failure(failure)) }
    precondition(reading == nil, "one read at a time")
    reading = Reading(continuation: continuation)
    advance()
  }

  /// Sends all of `bytes`; over when the last of them is in the hands of the kernel.
  func write(_ bytes: [UInt8], _ continuation: CheckedContinuation<Result<Void, CurlError>, Never>) {
    if let failure { return continuation.resume(returning: .failure(failure)) }
    precondition(writing == nil, "one write at a time")
    writing = Writing(bytes: bytes, continuation: continuation)
    advance()
  }

  /// Ends what waits, and everything that comes.
  func close(_ error: CurlError) {
    if failure == nil { failure = error }
    if let timer { events.cancel(timer) }
    timer = nil
    if isWatched { events.unwatch(socket) }
    isWatched = false
    reading?.continuation.resume(returning: .failure(error))
    writing?.continuation.resume(returning: .failure(error))
    reading = nil
    writing = nil
  }

  /// Does what the connection lets be done, and waits for the rest.
  private func advance() {
    receive()
    send()
    guard failure == nil else { return }
    var interest: Poller.Interest = []
    if reading != nil { interest.insert(.read) }
    if writing != nil { interest.insert(.write) }
    do throws(Errno) {
      if isWatched {
        try events.rewatch(socket, for: interest)
      } else if !interest.isEmpty {
        try events.watch(socket, for: interest) { [weak self] _ in self?.advance() }
        isWatched = true
      }
    } catch {
      close(.transfer(code: 2, message: error.reason, errno: error.code))
    }
  }

  private func receive() {
    guard let reading else { return }
    var code: CInt = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { buffer, count in
      code = easy.functions.receive(easy.pointer, buffer.baseAddress, buffer.count, &count)
      if code != 0 { count = 0 }
    }
    if code == Self.tryAgain { return }
    self.reading = nil
    reading.continuation.resume(returning: code == 0 ? .success(bytes) : .failure(easy.failure(code)))
  }

  private func send() {
    while let writing {
      var count = 0
      let code = writing.bytes[writing.sent...].withUnsafeBytes {
        easy.functions.send(easy.pointer, $0.baseAddress, $0.count, &count)
      }
      if code == Self.tryAgain { return }
      if code == 0 { self.writing?.sent += count }
      guard code != 0 || writing.sent + count == writing.bytes.count else { continue }
      self.writing = nil
      writing.continuation.resume(returning: code == 0 ? .success(()) : .failure(easy.failure(code)))
    }
  }
}
