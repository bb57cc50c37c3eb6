import Formats
import Testing

@testable import MissionSteps

@Suite struct CellNumberTests {
  private func number(_ text: String) -> CellNumber? { withCell(text) { CellNumber($0.raw($1)) } }

  @Test(arguments: [
    ("0", CellNumber.integer(0)), ("-12", .integer(-12)), ("+7", .integer(7)), ("007", .integer(7)),
    ("9223372036854775807", .integer(.max)), ("1.5", .double(1.5)), (".5", .double(0.5)), ("5.", .double(5)),
    ("-0.1", .double(-0.1)), ("1e3", .double(1000)), ("1E-2", .double(0.01)),
    ("0.30000000000000004", .double(0.30000000000000004)),
    ("99999999999999999999", .double(1e20)), ("123456.78", .double(123456.78)),
  ])
  func `a number is read exactly`(text: String, expected: CellNumber) {
    #expect(number(text) == expected)
  }

  @Test(arguments: [
    "", "-", ".", "1e", "1e+", "0x10", "nan", "inf", "1,5", " 1", "1 ", "1e999", "--1", "1.2.3",
  ])
  func `what is no number is none`(text: String) {
    #expect(number(text) == nil)
  }

  @Test func `numbers compare by value`() {
    #expect(CellNumber.integer(1).equals(.double(1)))
    #expect(CellNumber.integer(9_007_199_254_740_992) < .integer(9_007_199_254_740_993))
    #expect(CellNumber.double(0.5) < .integer(1))
    #expect(CellNumber("2.5" as JSON) == .double(2.5))
    #expect(CellNumber(true as JSON) == nil)
  }
}
