import Drivers
import MissionModel
import Testing

@testable import Sandbox

@Suite struct PatternsLiveTests {
  private let patterns = Patterns.live()

  @Test func `a pattern finds its match through the capability`() throws {
    let pattern = try patterns.compile("B(c)", PatternOptions(ignoresCase: true))
    #expect(try pattern.firstMatch(Array("abc".utf8), 0) == [1..<3, 2..<3])
    #expect(try pattern.matches(Array("bcbc".utf8), 9).map { $0[0] } == [0..<2, 2..<4])
  }

  @Test func `a broken pattern is a bad parameter`() {
    #expect(
      throws: StepFailure(
        .badParameters, "compile the pattern \"a(\": missing closing parenthesis, at byte 2")
    ) { try patterns.compile("a(", PatternOptions()) }
  }

  @Test func `a missing library names its package`() {
    #expect(
      throws: StepFailure(
        "compile the pattern \"a\": libpcre2-8.so.0 is not on this host; install libpcre2-8-0")
    ) { try Patterns.live(PCRE2(lookup: .empty)).compile("a", PatternOptions()) }
  }

  @Test func `a search that was given up fails and shows the pattern, cut`() throws {
    let source = "^(a+)+$" + String(repeating: "|zzzzzzzzzz", count: 9)
    let pattern = try patterns.compile(source, PatternOptions())
    #expect(
      throws: StepFailure(
        "match the pattern \"\(source.prefix(80))…\": gave up after 1000000 backtracking steps; "
          + "nested repeats such as (a+)+ cause this")
    ) { try pattern.firstMatch(Array((String(repeating: "a", count: 40) + "!").utf8), 0) }
  }
}
