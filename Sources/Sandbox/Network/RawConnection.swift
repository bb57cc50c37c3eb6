import MissionModel
import Posix

/// A connection of our own over TCP or a Unix socket, for the protocols that no library speaks for us: Redis
/// and WebSockets. Its calls block and come one after the other; `interrupt` comes from anywhere and ends
/// them.
final class RawConnection: Sendable {
  /// Why a call ended without what it was for.
  enum Failure: Error { case interrupted, timedOut, broken(Errno) }

  private let socket: Socket
  private let interruption: Interruption
  private let patience: @Sendable () -> ContinuousClock.Instant

  /// Begins to connect to an address that was judged.
  ///
  /// - Parameter patience: says, when a wait begins, until when it may go on.
  init(
    to address: SocketAddress, patience: @escaping @Sendable () -> ContinuousClock.Instant
  ) throws(Errno) {
    self.patience = patience
    interruption = try Interruption()
    socket = try Socket.connect(to: address)
  }

  func interrupt() { interruption.raise() }

  /// Waits until the other side has taken the connection.
  func open() throws(Failure) {
    try wait(forWriting: true)
    let refusal: Errno?
    do throws(Errno) { refusal = try socket.connectionError() } catch { refusal = error }
    if let refusal { throw .broken(refusal) }
  }

  /// The next bytes; none where the other side has closed.
  func receive() throws(Failure) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count: Int?
      do throws(Errno) {
        count = try buffer.withUnsafeMutableBufferPointer {
          (all: inout UnsafeMutableBufferPointer<UInt8>) throws(Errno) in
          try socket.read(into: UnsafeMutableRawBufferPointer(all))
        }
      } catch { throw .broken(error) }
      if let count { return Array(buffer[..<count]) }
      try wait(forWriting: false)
    }
  }

  /// Sends all of `bytes`.
  func send(_ bytes: [UInt8]) throws(Failure) {
    var sent = 0
    while sent < bytes.count {
      let count: Int?
      do throws(Errno) {
        count = try bytes.withUnsafeBufferPointer { all throws(Errno) in
          try socket.write(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: all[sent...])))
        }
      } catch { throw .broken(error) }
      if let count { sent += count } else { try wait(forWriting: true) }
    }
  }

  private func wait(forWriting: Bool) throws(Failure) {
    switch interruption.wait(for: socket.rawValue, forWriting: forWriting, until: patience()) {
    case .ready: return
    case .interrupted: throw .interrupted
    case .timedOut: throw .timedOut
    }
  }

  /// Runs what blocks where it may; a cancel ends it.
  func run<Value: Sendable>(
    _ body: @escaping @Sendable () throws(StepFailure) -> Value
  ) async throws(StepFailure) -> Value {
    guard !Task.isCancelled else { throw .cancelled }
    return try await withTaskCancellationHandler {
      await BlockingWork.clients.run { () -> Result<Value, StepFailure> in
        do throws(StepFailure) { return .success(try body()) } catch { return .failure(error) }
      }
    } onCancel: {
      interrupt()
    }.get()
  }
}
