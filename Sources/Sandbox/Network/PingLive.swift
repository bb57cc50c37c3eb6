import Glibc
import MissionModel
import Posix

/// Asks hosts whether they are there: the live part of `Network.ping`.
enum PingLive {
  /// Looks a host up, judges its first address, and prepares to ask it.
  static func target(
    _ host: String, _ method: PingMethod, port: Int?, rule: AddressRule
  ) async throws(StepFailure) -> PingTarget? {
    guard let address = await NameLookup.addresses(of: host, port: UInt16(clamping: port ?? 0)).first else {
      throw StepFailure("ping \(host): no address is known for it; check the name and the resolver")
    }
    guard !Task.isCancelled else { throw .cancelled }
    if let refusal = rule.refusal(address) { throw StepFailure(.denied, "ping \(host): \(refusal)") }
    switch method {
    case .tcp:
      return PingTarget(address: address.host) { _, patience throws(StepFailure) in
        try await patiently { isOver in connect(to: address, patience, isOver) }
      }
    case .icmp:
      guard let socket = try open(host, address) else { return nil }
      return PingTarget(address: address.host) { sequence, patience throws(StepFailure) in
        try await patiently { isOver in socket.ask(UInt16(truncatingIfNeeded: sequence), patience, isOver) }
      }
    }
  }

  private static func open(_ host: String, _ address: SocketAddress) throws(StepFailure) -> Echoes? {
    do throws(Errno) { return Echoes(try EchoSocket(to: address)) } catch {
      if [EACCES, EPERM, EPROTONOSUPPORT, EAFNOSUPPORT].contains(error.code) { return nil }
      throw StepFailure("ping \(host): \(error)")
    }
  }

  /// Waits on a thread that may block; a cancel is heard within `slice`.
  private static func patiently(
    _ body: @escaping @Sendable (@Sendable () -> Bool) -> Double?
  ) async throws(StepFailure) -> Double? {
    let isCancelled = Lock(false)
    let answer = await withTaskCancellationHandler {
      await BlockingWork.clients.run { body { isCancelled.withLock { $0 } } }
    } onCancel: {
      isCancelled.withLock { $0 = true }
    }
    guard !Task.isCancelled else { throw .cancelled }
    return answer
  }

  /// The longest that a cancel waits.
  private static let slice = Duration.milliseconds(100)

  /// Waits for a descriptor; false when the time is up or nobody wants to know any more.
  fileprivate static func wait(
    for descriptor: CInt, _ events: CInt, until deadline: BootTime, _ isOver: () -> Bool
  ) -> Bool {
    while !isOver() {
      let left = BootTime.now.duration(to: deadline)
      guard left > .zero else { return false }
      var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      if poll(&entry, 1, CInt(min(left, slice) / .milliseconds(1)) + 1) > 0 { return true }
    }
    return false
  }

  private static func connect(
    to address: SocketAddress, _ patience: Duration, _ isOver: () -> Bool
  ) -> Double? {
    let start = BootTime.now
    do throws(Errno) {
      let socket = try Socket.connect(to: address)
      guard wait(for: socket.rawValue, POLLOUT, until: start.advanced(by: patience), isOver),
        try socket.connectionError() == nil
      else { return nil }
      return start.duration(to: .now) / .milliseconds(1)
    } catch { return nil }  // refused, or no way there: it did not answer
  }

  /// The echoes of one host, one asked for after the other.
  private final class Echoes: Sendable {
    private let socket: EchoSocket

    init(_ socket: consuming EchoSocket) { self.socket = socket }

    func ask(_ sequence: UInt16, _ patience: Duration, _ isOver: () -> Bool) -> Double? {
      let start = BootTime.now
      let deadline = start.advanced(by: patience)
      do throws(Errno) {
        try socket.send(sequence)
        while PingLive.wait(for: socket.rawValue, POLLIN, until: deadline, isOver) {
          // An answer to an earlier question that came too late is none to this one.
          if try socket.receive() == sequence { return start.duration(to: .now) / .milliseconds(1) }
        }
      } catch {}  // no way there: it did not answer
      return nil
    }
  }
}
