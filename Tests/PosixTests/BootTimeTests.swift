import Testing

@testable import Posix

@Suite struct BootTimeTests {
  @Test func `an instant moves by a duration, and no further than can be counted`() {
    let start = BootTime(nanoseconds: 5)
    #expect(start.advanced(by: .seconds(2)).nanoseconds == 2_000_000_005)
    #expect(start.advanced(by: .seconds(Int64.max)).nanoseconds == .max)
    #expect(start.advanced(by: .nanoseconds(-5)).nanoseconds == 0)
  }

  @Test func `the clocks go forward`() {
    let first = BootTime.now
    #expect(first <= BootTime.now)
    #expect(WallClock.milliseconds > 1_700_000_000_000)
  }
}
