import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionSteps

@Suite struct CalculatorTests {
  @Test(
    arguments: [
      ("2 * (3 + 4) ^ 2", 98), ("-2^2", -4), ("2^-1", 0.5), ("7 % 4 / 2", 1.5), ("sqrt(16) + abs(-1)", 5),
      ("max(1, 2, 3) - min(4, 5)", -1), ("round(2.5) + floor(-0.5)", 2), ("1e3 + .5", 1000.5),
      ("2 ** 10", 1024), ("sum(1,2,3)", 6), ("9 ^ 0.5", 3), ("e - e", 0),
    ] as [(String, Double)])
  func `arithmetic is worked out`(expression: String, value: Double) throws {
    #expect(try Calculator.evaluate(expression).doubleValue == value)
  }

  @Test func `whole results are whole numbers`() throws {
    #expect(try Calculator.evaluate("6 / 2").compact == "3")
  }

  @Test(arguments: [
    ("", "calculate: the expression ends too early"), ("1 +", "calculate: the expression ends too early"),
    ("2 $ 3", "calculate: \"$\" at character 3 is not expected"), ("1/0", "calculate: division by zero"),
    (
      "foo(1)",
      "calculate: there is no function foo of 1; known are sqrt, abs, round, floor, ceil, min, max, sum"
    ),
    ("2^99999", "calculate: an exponent is a whole number up to 10,000, or 0.5"),
    ("9^9999", "calculate 9^9999: the result is no finite number"),
  ])
  func `what cannot be worked out says why`(expression: String, message: String) async {
    #expect(await failure { try Calculator.evaluate(expression) }?.message == message)
  }

  @Test func `hostile expressions end in an error`() async {
    for text in [
      String(repeating: "(", count: 5000), String(repeating: "-", count: 9999),
      String(repeating: "1", count: 10_001),
    ] {
      #expect(await failure { try Calculator.evaluate(text) } != nil)
    }
  }
}
