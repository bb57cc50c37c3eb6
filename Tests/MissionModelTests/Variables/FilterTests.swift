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
    #expect(throws: StepFailure.self) { try Filter.unknown("shout").apply(to: "a") }
  }
}
