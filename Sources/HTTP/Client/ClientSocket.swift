import Glibc
import Posix

/// A connection of the client, whose waits are suspended tasks. Lives on the loop.
// Only `HTTPClient`, an actor whose executor is the loop, and handlers of the loop's events touch it: hence
// unchecked.
final class ClientSocket: @unchecked Sendable {
  private let socket: Socket
  private let loop: EventLoop
  private let server: ServerAddress
  private var waiting: CheckedContinuation<Outcome, Never>?
  private var timer: EventLoop.Timer?
  /// Number of the wait that is going on, so that a late cancel ends no other one.
  private var waits = 0
  private var cancelledWait = 0
  private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
  /// Bytes that were read and not used.
  var input: [UInt8] = []

  private enum Outcome { case ready(Poller.Events), timedOut, cancelled, failed(Errno) }

  init(_ socket: consuming Socket, on loop: EventLoop, server: ServerAddress) {
    self.socket = socket
    self.loop = loop
    self.server = server
  }

  deinit { scratch.deallocate() }

  /// Connects to the first of `addresses` that takes the connection.
  static func connect(
    to addresses: [SocketAddress], on loop: EventLoop, server: ServerAddress, patience: Duration
  ) async throws(ClientError) -> ClientSocket {
    var failure = "no address"
    for address in addresses {
      do throws(Errno) {
        let socket = ClientSocket(try Socket.connect(to: address), on: loop, server: server)
        _ = try await socket.wait(for: .write, atMost: patience)
        guard let error = try socket.socket.connectionError() else { return socket }
        failure = error.reason
      } catch let error {
        failure = error.reason
      }
    }
    throw ClientError(.unreachable, "cannot reach \(server): \(failure)")
  }

  /// Sends bytes; stops early, without an error, when the server answers or closes before it has them all.
  func send(_ bytes: [UInt8], patience: Duration) async throws(ClientError) {
    var sent = 0
    while sent < bytes.count {
      do throws(Errno) {
        let taken = try bytes.withUnsafeBufferPointer { all throws(Errno) in
          try socket.write(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: all[sent...])))
        }
        sent += taken ?? 0
        guard taken == nil else { continue }
        if try await wait(for: [.read, .write], atMost: patience).isReadable { return }
      } catch {
        // The answer, if there is one, says why the server would take no more.
        if error.code == EPIPE || error.code == ECONNRESET { return }
        throw described(error)
      }
    }
  }

  /// Appends what arrives next to `input`; false at the end.
  func receive(patience: Duration) async throws(ClientError) -> Bool {
    while true {
      do throws(Errno) {
        if let count = try socket.read(into: scratch) {
          input.append(contentsOf: scratch[..<count])
          return count > 0
        }
        _ = try await wait(for: .read, atMost: patience)
      } catch {
        throw described(error)
      }
    }
  }

  /// True if nothing has arrived, also no end: another request may go out.
  func isQuiet() -> Bool {
    guard input.isEmpty else { return false }
    do throws(Errno) { return try socket.read(into: scratch) == nil } catch { return false }
  }

  private func described(_ error: Errno) -> ClientError {
    switch error.code {
    case ETIMEDOUT: ClientError(.timedOut, "\(server) did not answer in time")
    case ECANCELED: ClientError(.cancelled, "the request to \(server) was cancelled")
    default: ClientError(.closed, "lost the connection to \(server): \(error.reason)")
    }
  }

  /// Waits until the socket is ready.
  ///
  /// - Throws: `ETIMEDOUT` when the time is over, `ECANCELED` when the task is cancelled.
  private func wait(for interest: Poller.Interest, atMost patience: Duration) async throws(Errno)
    -> Poller.Events
  {
    waits += 1
    let wait = waits
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // The operation of a cancellation handler may run elsewhere; the wait belongs on the loop.
        loop.execute { [self] in begin(wait, continuation, interest, patience) }
      }
    } onCancel: {
      loop.execute { [self] in
        cancelledWait = wait
        if wait == waits { end(.cancelled) }
      }
    }
    switch outcome {
    case .ready(let events): return events
    case .timedOut: throw Errno(ETIMEDOUT, "wait")
    case .cancelled: throw Errno(ECANCELED, "wait")
    case .failed(let error): throw error
    }
  }

  private func begin(
    _ wait: Int, _ continuation: CheckedContinuation<Outcome, Never>, _ interest: Poller.Interest,
    _ patience: Duration
  ) {
    waiting = continuation
    if cancelledWait == wait { return end(.cancelled) }
    do throws(Errno) {
      try loop.watch(socket.rawValue, for: interest) { [self] events in end(.ready(events)) }
    } catch {
      return end(.failed(error))
    }
    timer = loop.schedule(after: patience) { [self] in end(.timedOut) }
  }

  private func end(_ outcome: Outcome) {
    guard let waiting else { return }
    self.waiting = nil
    loop.unwatch(socket.rawValue)
    if let timer { loop.cancel(timer) }
    timer = nil
    waiting.resume(returning: outcome)
  }
}
