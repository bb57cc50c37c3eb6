import Posix
import Testing

@testable import MissionServer

@Suite struct LoginDelaysTests {
  private func at(_ milliseconds: Int64) -> BootTime { BootTime(nanoseconds: milliseconds * 1_000_000) }

  @Test func `the delay of an address doubles up to its bound`() {
    var delays = LoginDelays()
    let found = (0..<8).map { delays.failed(from: "10.0.0.1", at: at($0)).delay }
    #expect(
      found == [
        .milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800), .milliseconds(1600),
        .seconds(3), .seconds(3), .seconds(3),
      ])
    #expect(delays.failed(from: "10.0.0.2", at: at(9)).delay == .milliseconds(100), "others are not delayed")
  }

  @Test func `an address that was quiet begins anew`() {
    var delays = LoginDelays()
    for number in 0..<6 { _ = delays.failed(from: "a", at: at(Int64(number))) }
    #expect(delays.failed(from: "a", at: at(5 + 600_000)).delay == .seconds(3))
    #expect(delays.failed(from: "a", at: at(5 + 600_000 + 600_001)).delay == .milliseconds(100))
  }

  @Test func `a million guesses, one after the other, take a month and leave twenty entries`() {
    var delays = LoginDelays()
    var now = BootTime(nanoseconds: 0)
    var entries: [Int] = []
    for _ in 0..<1_000_000 {
      let verdict = delays.failed(from: "127.0.0.1", at: now)
      if let failures = verdict.toRecord { entries.append(failures) }
      now = now.advanced(by: verdict.delay ?? .zero)
    }
    #expect(BootTime(nanoseconds: 0).duration(to: now) > .seconds(30 * 86_400))
    #expect(entries.count == 20)
    #expect(entries.reduce(0, +) == 1 << 19, "each entry counts those before it")
  }

  @Test func `a million guesses at once hold back few answers and nobody else's`() {
    var delays = LoginDelays()
    var held = 0
    for number in 0..<1_000_000 {
      if delays.failed(from: "10.0.\(number % 3).1", at: at(0)).delay != nil { held += 1 }
    }
    #expect(held == LoginDelays.mostHeld)
    #expect(delays.failed(from: "x", at: at(3001)).delay != nil, "room comes back when answers have gone out")
  }
}
