package import MissionModel

/// Which bytes of a log came from which stream: a list of the places where the stream changes.
///
/// A log begins with stdout. Each record is nine bytes: the stream, then the offset of its first byte as a
/// little-endian 64-bit number; it is written before the bytes that it speaks of.
package struct StreamMap: Sendable, Equatable {
  /// A stretch of a log that one stream wrote.
  package struct Segment: Sendable, Equatable {
    package let stream: StepLog.Stream
    package let range: Range<Int64>
  }

  static let recordSize = 9

  /// The record that says that `stream` writes from `offset` on.
  static func record(_ stream: StepLog.Stream, at offset: Int64) -> [UInt8] {
    [stream.rawValue] + (0..<8).map { UInt8(truncatingIfNeeded: offset >> (8 * $0)) }
  }

  /// The stretches of a log of `size` bytes, in order, without empty ones.
  package let segments: [Segment]

  /// Reads the records of a log that is `size` bytes long; a torn last record is left out.
  package init(records: [UInt8], size: Int64) {
    var starts: [(stream: StepLog.Stream, offset: Int64)] = [(.stdout, 0)]
    for start in stride(from: 0, through: records.count - Self.recordSize, by: Self.recordSize) {
      guard let stream = StepLog.Stream(rawValue: records[start]) else { break }
      let offset = (0..<8).reduce(Int64(0)) { $0 | Int64(records[start + 1 + $1]) << (8 * $1) }
      starts.append((stream, offset))
    }
    segments = starts.indices.compactMap { index in
      let end = index + 1 < starts.count ? min(starts[index + 1].offset, size) : size
      let start = min(starts[index].offset, end)
      return start < end ? Segment(stream: starts[index].stream, range: start..<end) : nil
    }
  }

  /// The parts of the log that hold the bytes `range` of one stream, or of both where `stream` is nil.
  package func parts(of range: Range<Int64>, stream: StepLog.Stream?) -> [Range<Int64>] {
    var parts: [Range<Int64>] = []
    var position: Int64 = 0
    for segment in segments where stream == nil || segment.stream == stream {
      let length = Int64(segment.range.count)
      let wanted = range.clamped(to: position..<position + length)
      if !wanted.isEmpty {
        let start = segment.range.lowerBound + wanted.lowerBound - position
        parts.append(start..<start + Int64(wanted.count))
      }
      position += length
    }
    return parts
  }

  /// How many bytes one stream wrote, or both.
  package func size(of stream: StepLog.Stream?) -> Int64 {
    segments.reduce(0) { stream == nil || $1.stream == stream ? $0 + Int64($1.range.count) : $0 }
  }
}
