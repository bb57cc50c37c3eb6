import CLinux
import Glibc

/// Waits for many descriptors at once. Used by one thread, but for `wake`.
///
/// Each descriptor carries a token that comes back with its events. Level-triggered unless `.edge` is asked
/// for.
package struct Poller: ~Copyable {
  /// What to wait for on a descriptor.
  package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Something to read, or the other side has gone.
    package static let read = Interest(rawValue: EPOLLIN.rawValue | EPOLLRDHUP.rawValue)
    /// Room to write.
    package static let write = Interest(rawValue: EPOLLOUT.rawValue)
    /// An exceptional condition: how kernel files such as `cgroup.events` tell of a change.
    package static let exceptional = Interest(rawValue: EPOLLPRI.rawValue)
    /// Report a change once instead of as long as it lasts.
    package static let edge = Interest(rawValue: EPOLLET.rawValue)
  }

  /// What is ready on a descriptor.
  package struct Events: Sendable, Equatable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    /// A read will not wait: there are bytes, an end, or an error to be had.
    package var isReadable: Bool { rawValue & (EPOLLIN.rawValue | isClosedBits) != 0 }
    /// A write will not wait.
    package var isWritable: Bool { rawValue & (EPOLLOUT.rawValue | EPOLLERR.rawValue) != 0 }
    /// The other side has closed, at least its sending half.
    package var isHangUp: Bool { rawValue & isClosedBits != 0 }
    /// Nothing can be sent any more either: both halves are closed, or the connection broke.
    package var isBroken: Bool { rawValue & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 }
    private var isClosedBits: UInt32 { EPOLLHUP.rawValue | EPOLLRDHUP.rawValue | EPOLLERR.rawValue }
  }

  private let epoll: FileDescriptor
  private let waker: FileDescriptor
  private let batch: UnsafeMutableBufferPointer<epoll_event>

  /// Events taken from the kernel at once.
  private static let batchSize = 256
  private static let wakeToken = UInt64.max

  /// Makes an empty poller. The corresponding calls are `epoll_create1(2)` and `eventfd(2)`.
  package init() throws(Errno) {
    let epoll = FileDescriptor(owning: try check("make poller") { epoll_create1(CInt(EPOLL_CLOEXEC)) })
    let waker = FileDescriptor(
      owning: try check("make poller") { eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK)) })
    // Edge-triggered, so that its count, which has room for centuries, need never be read back to zero.
    try Self.control(
      epoll.rawValue, EPOLL_CTL_ADD, waker.rawValue, EPOLLIN.rawValue | EPOLLET.rawValue, Self.wakeToken)
    self.epoll = epoll
    self.waker = waker
    batch = .allocate(capacity: Self.batchSize)
    batch.initialize(repeating: epoll_event())
  }

  deinit { batch.deallocate() }

  /// Starts to watch a descriptor; `token` may be anything but `UInt64.max`.
  package borrowing func add(_ descriptor: CInt, _ interest: Interest, token: UInt64) throws(Errno) {
    try Self.control(epoll.rawValue, EPOLL_CTL_ADD, descriptor, interest.rawValue, token)
  }

  /// Changes what a descriptor is watched for.
  package borrowing func modify(_ descriptor: CInt, _ interest: Interest, token: UInt64) throws(Errno) {
    try Self.control(epoll.rawValue, EPOLL_CTL_MOD, descriptor, interest.rawValue, token)
  }

  /// Ends the watch of a descriptor; must come before its close, since another process may share the file.
  package borrowing func remove(_ descriptor: CInt) throws(Errno) {
    try Self.control(epoll.rawValue, EPOLL_CTL_DEL, descriptor, 0, 0)
  }

  /// Waits until something is ready, `wake` is called or the time is over, and hands over each event.
  ///
  /// - Parameters:
  ///   - milliseconds: -1 waits without end, 0 not at all. See `epoll_wait(2)`.
  ///   - awake: Called when the wait is over, before the first event.
  package borrowing func wait(
    milliseconds: CInt, awake: () -> Void, _ body: (UInt64, Events) -> Void
  ) throws(Errno) {
    let epoll = epoll.rawValue
    let batch = batch
    let count = try check("wait for events") {
      epoll_wait(epoll, batch.baseAddress, CInt(batch.count), milliseconds)
    }
    awake()
    for event in batch[..<Int(count)] where event.data.u64 != Self.wakeToken {
      body(event.data.u64, Events(rawValue: event.events))
    }
  }

  /// Ends a `wait` that is going on, or the next one; any thread may call it.
  package borrowing func wake() {
    var one: UInt64 = 1
    _ = Glibc.write(waker.rawValue, &one, 8)
  }

  private static func control(
    _ epoll: CInt, _ operation: CInt, _ descriptor: CInt, _ events: UInt32, _ token: UInt64
  ) throws(Errno) {
    var event = epoll_event(events: events, data: epoll_data_t(u64: token))
    _ = try check("watch descriptor") { epoll_ctl(epoll, operation, descriptor, &event) }
  }
}
