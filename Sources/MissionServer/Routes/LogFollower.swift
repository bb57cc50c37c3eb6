import HTTP
import MissionModel
import Posix
import Sandbox

/// Sends a log, or one stream of it, in pieces that fit into memory.
struct LogFollower: Sendable {
  /// How long a follower waits before it looks at the file again: a write to a file wakes nobody.
  static let pause: Duration = .milliseconds(200)
  private static let pieceBytes = 64 << 10

  let reader: AttemptLogReader
  let stream: StepLog.Stream?

  /// Sends from one offset up to another, or to the present end; returns how far it came.
  func send(from start: Int64, to end: Int64, _ writer: BodyWriter) async throws(StreamError) -> Int64 {
    var position = start
    while position < end {
      let (from, count) = (position, Int(min(Int64(Self.pieceBytes), end - position)))
      let piece: [UInt8]
      do throws(Errno) {
        piece = try await BlockingWork.files.run { [self] () throws(Errno) in
          try reader.read(stream, from: from, count: count)
        }
      } catch { throw .failed("\(error)") }
      if piece.isEmpty { return position }
      try await writer.write(piece)
      position += Int64(piece.count)
    }
    return position
  }
}
