import Formats
import MissionModel
import Testing

@Suite struct FilterTests {
  @Test(
    arguments: [
      (.json, ["a": 1], #"{"a":1}"#), (.shellQuote, "it's", #"'it'\''s'"#), (.trim, "  x\n", "x"),
      (.lower, "ÄB", "äb"), (.upper, "äb", "ÄB"), (.base64, "hello", "aGVsbG8="), (.length, [1, 2], 2),
      (.length, "äb", 2), (.fallback("y"), nil, "y"), (.fallback("y"), "x", "x"), (.raw, 5, 5),
      (.lower, true, "true"),
    ] as [(Filter, JSON, JSON)])
  func `filters change values`(filter: Filter, value: JSON, expected: JSON) throws {
    #expect(try filter.apply(to: value) == expected)
  }

  @Test func `what a filter cannot do is an error that says so`() {
    #expect(throws: StepFailure(.badParameters, "length: an integer has none")) {
      try Filter.length.apply(to: 5)
    }
    let unknown = StepFailure(
      .badParameters,
      "there is no filter \"shout\"; use one of default, json, shell_quote, raw, trim, lower, upper, base64, length"
    )
    #expect(throws: unknown) { try Filter.unknown("shout").apply(to: "a") }
  }

  @Test(arguments: [
    ("lowr", #"did you mean "lower"?"#), ("defalt(1)", #"did you mean "default"?"#),
    ("default", #"write default("y"), with a JSON value in the brackets"#),
    ("default('y')", #"write default("y"), with a JSON value in the brackets"#),
    ("lower()", "lower takes no argument"), ("trim 5", "trim takes no argument"),
    ("", "use one of default, json, shell_quote, raw, trim, lower, upper, base64, length"),
  ])
  func `whatever follows a bar and is no filter is told with the way out`(text: String, wayOut: String) {
    #expect(Template("{{ a | \(text) }}").only?.filters == [.unknown(text)])
    #expect(Filter.wayOut(of: text) == wayOut)
  }
}
