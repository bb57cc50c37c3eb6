import Formats
package import MissionModel
import Posix

/// Makes ids from the wall clock and the kernel's random numbers, in ascending order (RFC 9562 §6.2).
package final class LiveIdentifiers: Sendable {
  private let sequence = Lock(UUIDv7Sequence())

  /// Starts a sequence of its own.
  package init() {}

  /// A fresh UUIDv7 in its canonical text.
  package func makeUUID() -> String {
    let bytes = Random.bytes(10)
    let random = bytes.reduce(into: (UInt16(0), UInt64(0))) { random, byte in
      random.0 = random.0 << 8 | UInt16(random.1 >> 56)
      random.1 = random.1 << 8 | UInt64(byte)
    }
    let now = Timestamp(milliseconds: WallClock.milliseconds)
    return sequence.withLock { $0.next(at: now, random: random) }.description
  }

  /// A fresh id for a job.
  package func makeJobID() -> JobID {
    guard let id = JobID(makeUUID()) else { preconditionFailure("a UUID in canonical text is a job id") }
    return id
  }
}
