import Formats
import MissionModel

@testable import MissionSteps

/// Puts the rows of a small table through one stage.
func rows(of table: String, through stage: CSVStage) throws -> [[String]] {
  let end = CollectingStage()
  stage.next = end
  var reading = CSVTable(delimiter: 44, hasHeaders: true, problems: CSVProblems())
  try reading.take(Array(table.utf8), named: "t", into: stage)
  try reading.take(nil, named: "t", into: stage)
  while try !stage.finish() {}
  return end.rows
}

/// Keeps the header and all rows as text.
final class CollectingStage: CSVStage {
  private(set) var rows: [[String]] = []

  override func begin(_ header: CSVHeader) { rows.append(header.names) }

  override func take(_ row: inout CSVRow) { rows.append(row.cells.map { [row] in row.text($0) }) }
}

/// A cell that holds `text`, lent to `body`.
func withCell<Result>(_ text: String, _ body: (CSVRow, CSVCell) throws -> Result) rethrows -> Result {
  try Array(text.utf8).withUnsafeBufferPointer { bytes in
    var row = CSVRow()
    row.base = bytes.baseAddress
    return try body(row, CSVCell(start: 0, end: bytes.count))
  }
}
