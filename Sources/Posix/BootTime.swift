import Glibc

/// An instant on the clock that also counts while the machine sleeps: what deadlines are kept on.
///
/// The corresponding clock is `CLOCK_BOOTTIME` of `clock_gettime(2)`.
package struct BootTime: Comparable, Hashable, Sendable {
  /// Nanoseconds since the machine started.
  package let nanoseconds: Int64

  /// Names an instant by its nanoseconds since the start of the machine.
  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The present instant.
  package static var now: BootTime {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return BootTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// The instant `duration` later; one too far away to be counted is the last there is.
  package func advanced(by duration: Duration) -> BootTime {
    let (seconds, attoseconds) = duration.components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflow2) = nanoseconds.addingReportingOverflow(whole)
    let (total, overflow3) = sum.addingReportingOverflow(attoseconds / 1_000_000_000)
    if overflow || overflow2 || overflow3 {
      return BootTime(nanoseconds: seconds < 0 ? .min : .max)
    }
    return BootTime(nanoseconds: total)
  }

  /// How long it is from here to a later instant; negative where that is earlier.
  package func duration(to other: BootTime) -> Duration { .nanoseconds(other.nanoseconds - nanoseconds) }

  package static func < (left: BootTime, right: BootTime) -> Bool { left.nanoseconds < right.nanoseconds }
}

/// The time of day, for what people and other machines read.
package enum WallClock {
  /// Milliseconds since 1970-01-01 UTC.
  package static var milliseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
