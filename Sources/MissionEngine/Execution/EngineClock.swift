package import Formats

/// Time as the engine sees it; tests bring their own.
package struct EngineClock: Sendable {
  /// The wall clock, for what people read and for deadlines that outlive the daemon.
  package var now: @Sendable () -> Timestamp
  /// Time that only goes forward, also while the machine sleeps (CLOCK_BOOTTIME), since some fixed moment.
  package var elapsed: @Sendable () -> Duration
  /// Waits; throws when the surrounding task is cancelled.
  package var sleep: @Sendable (Duration) async throws(CancellationError) -> Void

  /// Makes a clock of its closures.
  package init(
    now: @escaping @Sendable () -> Timestamp, elapsed: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async throws(CancellationError) -> Void
  ) {
    self.now = now
    self.elapsed = elapsed
    self.sleep = sleep
  }
}
