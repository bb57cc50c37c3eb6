import Formats
package import MissionEngine
package import Posix

extension EngineClock {
  /// The kernel's clocks; sleeps are timers of `loop`.
  package static func live(on loop: EventLoop) -> EngineClock {
    EngineClock(
      now: { Timestamp(milliseconds: WallClock.milliseconds) },
      elapsed: { .nanoseconds(BootTime.now.nanoseconds) },
      sleep: { duration throws(CancellationError) in try await loop.sleep(for: duration) })
  }
}
