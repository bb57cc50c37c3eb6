/// An instant of wall-clock time: milliseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Sendable, Hashable, Comparable {
  /// Milliseconds since the Unix epoch; negative before it.
  package var milliseconds: Int64

  /// Makes the instant `milliseconds` after the Unix epoch.
  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

  /// The instant `duration` later, to the millisecond.
  package func advanced(by duration: Duration) -> Timestamp {
    Timestamp(milliseconds: milliseconds + duration.inMilliseconds)
  }

  /// How long it is from `earlier` to this instant; negative if this one comes first.
  package func duration(since earlier: Timestamp) -> Duration {
    .milliseconds(milliseconds - earlier.milliseconds)
  }
}

extension Duration {
  /// Whole milliseconds, rounded towards zero.
  package var inMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}
