import Glibc

/// Lets any thread end the waits of a thread that blocks in `poll(2)`, such as one that serves a step.
package final class Interruption: Sendable {
  /// How a wait ended.
  package enum Outcome: Sendable, Equatable { case ready, interrupted, timedOut }

  private let reader: FileDescriptor
  private let writer: FileDescriptor
  private let raised = Lock(false)

  /// Makes one that was not raised.
  package init() throws(Errno) {
    let ends = try Pipe(nonblockingReader: true, nonblockingWriter: true).release()
    reader = FileDescriptor(owning: ends.reader)
    writer = FileDescriptor(owning: ends.writer)
  }

  /// True once it was raised.
  package var isRaised: Bool { raised.withLock { $0 } }

  /// Ends the wait that goes on and every later one; more than once does no harm.
  package func raise() {
    let isFirst = raised.withLock { raised in
      defer { raised = true }
      return !raised
    }
    guard isFirst else { return }
    var byte: UInt8 = 1
    _ = Glibc.write(writer.rawValue, &byte, 1)
  }

  /// Waits until `descriptor` can be read or, if `forWriting`, written, also where it broke. See `poll(2)`.
  ///
  /// - Parameter heeding: false waits on in spite of an interruption, for the last words of a server.
  package func wait(
    for descriptor: CInt, forWriting: Bool = false, until deadline: ContinuousClock.Instant?,
    heeding: Bool = true
  ) -> Outcome {
    while true {
      var entries = [
        pollfd(fd: descriptor, events: Int16(forWriting ? POLLIN | POLLOUT : POLLIN), revents: 0),
        pollfd(fd: heeding ? reader.rawValue : -1, events: Int16(POLLIN), revents: 0),
      ]
      let left = deadline.map { ContinuousClock.now.duration(to: $0) }
      if let left, left <= .zero { return .timedOut }
      let milliseconds = left.map {
        CInt(clamping: $0.components.seconds * 1000 + 1 + $0.components.attoseconds / 1_000_000_000_000_000)
      }
      let count = poll(&entries, nfds_t(entries.count), milliseconds ?? -1)
      if count < 0, errno != EINTR { return .ready }
      if entries[1].revents != 0 { return .interrupted }
      if entries[0].revents != 0 { return .ready }
    }
  }
}
