import Formats
import Testing

@testable import Sandbox

@Suite struct ModelRetryTests {
  private static let now = Timestamp(milliseconds: 784_111_777_000)

  private static func wait(
    _ tries: Int, _ status: Int, _ headers: [(name: String, value: String)] = [], left: Duration? = nil
  ) -> Duration? {
    ModelRetry.wait(afterTry: tries, status: status, headers: headers, now: now, left: left)
  }

  @Test func `only what may pass is tried again`() {
    for status in [408, 429, 500, 502, 503, 529] { #expect(Self.wait(1, status) == .seconds(1)) }
    for status in [200, 400, 401, 404, 501, 600] { #expect(Self.wait(1, status) == nil) }
  }

  @Test func `waits double up to a bound, and tries end`() {
    #expect((1...5).map { Self.wait($0, 503) } == [1, 2, 4, 8, 16].map { .seconds($0) })
    #expect(Self.wait(6, 503) == nil)
  }

  @Test(arguments: [
    ("Retry-After", "2.5", Duration.milliseconds(2500)), ("retry-after-ms", "40", .milliseconds(40)),
    ("Retry-After", "Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)),
    ("Retry-After", "Sun, 06 Nov 1994 08:49:00 GMT", .zero), ("Retry-After", "soon", .seconds(1)),
    ("Retry-After", "-1", .seconds(1)),
  ])
  func `the provider's own wait holds`(name: String, value: String, wait: Duration) {
    #expect(Self.wait(1, 429, [(name, value)]) == wait)
  }

  @Test func `a wait that reaches the deadline is none`() {
    #expect(Self.wait(1, 429, [("Retry-After", "5")], left: .seconds(5)) == nil)
    #expect(Self.wait(1, 429, [("Retry-After", "5")], left: .seconds(6)) == .seconds(5))
  }
}
