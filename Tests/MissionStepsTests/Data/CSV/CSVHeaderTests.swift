import MissionModel
import Testing

@testable import MissionSteps

@Suite struct CSVHeaderTests {
  @Test func `names become snake_case, and stay different`() {
    let header = CSVHeader(
      names: [" Unit Price (EUR) ", "unitPrice", "Größe", "a", "A", "", "ID"], isWritten: true)
    #expect(
      header.normalized.names == ["unit_price_eur", "unit_price", "größe", "a", "a_2", "column_6", "id"])
  }

  @Test func `a column that is not there names what was meant, or all there are`() {
    let header = CSVHeader(names: ["price", "day"], isWritten: true)
    #expect(throws: StepFailure("column \"prise\": the table has no such column; did you mean \"price\"?")) {
      try header.index(of: "prise")
    }
    #expect(
      throws: StepFailure("column \"zzzzzz\": the table has no such column; it has \"price\", \"day\"")
    ) { try header.index(of: "zzzzzz") }
  }

  @Test(arguments: [("day;price", "\";\""), ("day\tprice", "tab")])
  func `a line that was not taken apart points to the delimiter`(line: String, delimiter: String) {
    let header = CSVHeader(names: [line], isWritten: true)
    #expect(
      throws: StepFailure(
        "column \"x\": the table has no such column; it has \"\(line)\"; set delimiter: \(delimiter) if that "
          + "separates its columns")
    ) { try header.index(of: "x") }
  }
}
