import Formats
import Testing

@testable import MissionSteps

@Suite struct SchemaNumberTests {
  private func number(_ text: String) throws -> SchemaNumber {
    try #require(SchemaNumber(try JSONParser.parse(text)))
  }

  @Test(arguments: [
    ("1", "1.0"), ("100", "1e2"), ("0.5", "5e-1"), ("-0", "0"), ("1e400", "10e399"),
    ("123456789012345678901234567890", "12345678901234567890123456789e1"),
  ])
  func `a number is the same however it is written`(left: String, right: String) throws {
    #expect(try number(left) == number(right))
  }

  @Test(arguments: [
    ("1", "2"), ("-2", "-1"), ("-1", "0"), ("0", "0.0000000000000000000000001"), ("9", "10"), ("1.5", "1.51"),
    ("9007199254740992", "9007199254740993"), ("1e308", "1e309"), ("-1e309", "-1e308"), ("0.19", "0.2"),
  ])
  func `numbers are in order beyond what a double can tell apart`(small: String, large: String) throws {
    #expect(try number(small) < number(large))
    #expect(try !(number(large) < number(small)))
    let (left, right) = (try JSONParser.parse(small), try JSONParser.parse(large))
    #expect(SchemaNumber.areInOrder(left, right, orEqual: false))
    #expect(!SchemaNumber.areInOrder(right, left, orEqual: true))
    #expect(
      SchemaNumber.areInOrder(left, left, orEqual: true)
        && !SchemaNumber.areInOrder(left, left, orEqual: false))
  }

  @Test(arguments: [
    ("1.0", true), ("1e308", true), ("1.5", false), ("0", true), ("1e-1", false), ("12.50e1", true),
  ])
  func `a number without a fraction is whole`(text: String, isWhole: Bool) throws {
    #expect(try number(text).isWhole == isWhole)
  }

  @Test(arguments: [
    ("10", "5", true), ("7", "2", false), ("0.0075", "0.0001", true), ("0.00751", "0.0001", false),
    ("4.5", "1.5", true), ("35", "1.5", false), ("0", "3", true), ("-6", "3", true),
    ("1e308", "0.123456789", false),
    ("1e308", "0.5", true), ("123456789012345678901234567890", "10", true), ("1e1000000", "7", false),
    ("1e1000000", "8", true), ("3", "1e400", false), ("12391239123", "1e-8", true),
    ("1000000000000000000000000000000000000", "1000000000000000000000000000000000000", true),
    ("9999999999999999999999999999999999999", "9999999999999999999999999999999999998", false),
  ])
  func `multiples are exact`(value: String, divisor: String, isMultiple: Bool) throws {
    #expect(try number(value).isMultiple(of: number(divisor)) == isMultiple)
  }

  @Test func `what is no number is none`() {
    #expect(SchemaNumber("1") == nil)
    #expect(SchemaNumber(.null) == nil)
  }

  @Test func `an exponent of any length ends`() throws {
    #expect(try number("1e99999999999999999999999999") > number("1e308"))
  }
}
