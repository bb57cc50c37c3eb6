import Glibc
import MissionModel
import Posix

/// Opens a TCP connection to see whether somebody answers, and closes it.
enum Reach {
  /// How long one address is waited for before somebody asks whether the step is to end.
  private static let sliceMilliseconds: CInt = 100

  /// Connects to the first address of a host that answers, and gives it.
  ///
  /// - Throws: `.denied` where the rule refuses an address; the reason of the last one otherwise.
  static func connect(
    to host: String, _ port: Int, timeout: Duration, rule: AddressRule
  ) async throws(StepFailure) -> String {
    let title = "connect to \(host.contains(":") ? "[\(host)]" : host):\(port)"
    guard let port = UInt16(exactly: port), port > 0 else {
      throw StepFailure(.badParameters, "\(title): ports go from 1 to 65535")
    }
    let deadline = BootTime.now.advanced(by: timeout)
    let isCancelled = Lock(false)
    let end = OneAnswer<Result<String, StepFailure>>()
    // A name server may be silent for long: the step does not wait for the thread that does.
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        end.wait(continuation)
        BlockingWork.clients.submit {
          end.give(
            Result { () throws(StepFailure) in
              try connect(host, port, title, until: deadline, rule) { isCancelled.withLock { $0 } }
            })
        }
      }
    } onCancel: {
      isCancelled.withLock { $0 = true }
      end.give(.failure(.cancelled))
    }
    return try result.get()
  }

  private static func connect(
    _ host: String, _ port: UInt16, _ title: String, until deadline: BootTime, _ rule: AddressRule,
    _ isCancelled: () -> Bool
  ) throws(StepFailure) -> String {
    let addresses = NameLookup.addressesBlocking(of: host, port: port)
    guard !addresses.isEmpty else { throw StepFailure("\(title): no address is known for \(host)") }
    var reason = ""
    for address in addresses {
      if let refusal = rule.refusal(address) { throw StepFailure(.denied, "\(title): \(refusal)") }
      do throws(Errno) {
        let socket = try Socket.connect(to: address)
        guard try isConnected(socket, until: deadline, isCancelled) else {
          if isCancelled() { throw Errno(ECANCELED, "connect") }
          throw Errno(ETIMEDOUT, "connect")
        }
        return address.description
      } catch {
        if isCancelled() { throw .cancelled }
        reason = error.code == ETIMEDOUT ? "no answer in time" : "\(error.reason) (\(error.code))"
      }
    }
    throw StepFailure("\(title): \(reason)")
  }

  private static func isConnected(
    _ socket: borrowing Socket, until deadline: BootTime, _ isCancelled: () -> Bool
  ) throws(Errno) -> Bool {
    while BootTime.now < deadline, !isCancelled() {
      var entry = pollfd(fd: socket.rawValue, events: Int16(POLLOUT), revents: 0)
      guard poll(&entry, 1, sliceMilliseconds) == 1 else { continue }
      if let error = try socket.connectionError() { throw error }
      return true
    }
    return false
  }
}

/// A continuation that the first answer resumes; later ones are dropped.
private final class OneAnswer<Value: Sendable>: Sendable {
  private struct State: Sendable {
    var continuation: CheckedContinuation<Value, Never>?
    var early: Value?
    var isOver = false
  }
  private let state = Lock(State())

  func wait(_ continuation: CheckedContinuation<Value, Never>) {
    let early = state.withLock { state -> Value? in
      if state.early == nil { state.continuation = continuation }
      return state.early
    }
    if let early { continuation.resume(returning: early) }
  }

  func give(_ value: Value) {
    let continuation = state.withLock { state -> CheckedContinuation<Value, Never>? in
      guard !state.isOver else { return nil }
      state.isOver = true
      if state.continuation == nil { state.early = value }
      return state.continuation
    }
    continuation?.resume(returning: value)
  }
}
