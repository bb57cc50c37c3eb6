import Formats
import MissionModel

/// `normalize`: cells without blanks at their ends, names in snake_case. What is empty then is missing.
final class NormalizeStage: CSVStage {
  override func begin(_ header: CSVHeader) throws(StepFailure) { try super.begin(header.normalized) }

  override func take(_ row: inout CSVRow) throws(StepFailure) {
    for index in row.cells.indices { row.cells[index] = row.trimmed(row.cells[index]) }
    try super.take(&row)
  }
}

/// `filter`: lets rows through for which all conditions hold.
final class FilterStage: CSVStage {
  private let conditions: [CSVCondition]
  private let patterns: Patterns
  private var tests: [CSVTest] = []

  init(_ conditions: [CSVCondition], _ patterns: Patterns) {
    self.conditions = conditions
    self.patterns = patterns
  }

  override func begin(_ header: CSVHeader) throws(StepFailure) {
    for condition in conditions { tests.append(try CSVTest(condition, header, patterns)) }
    try super.begin(header)
  }

  override func take(_ row: inout CSVRow) throws(StepFailure) {
    for test in tests where try !test.holds(row) { return }
    try super.take(&row)
  }
}

/// `select`: lets some columns through, in the order asked for.
final class SelectStage: CSVStage {
  private let columns: [String]
  private var indices: [Int] = []
  private var selected: [CSVCell] = []

  init(_ columns: [String]) { self.columns = columns }

  override func begin(_ header: CSVHeader) throws(StepFailure) {
    for column in columns { indices.append(try header.index(of: column)) }
    try super.begin(CSVHeader(names: columns, isWritten: header.isWritten))
  }

  override func take(_ row: inout CSVRow) throws(StepFailure) {
    selected.removeAll(keepingCapacity: true)
    for index in indices { selected.append(row.cells[index]) }
    swap(&row.cells, &selected)
    try super.take(&row)
  }
}

/// `head`: lets the first rows through.
final class HeadStage: CSVStage {
  private var left: Int

  init(_ limit: Int) { left = limit }

  override func take(_ row: inout CSVRow) throws(StepFailure) {
    guard left > 0 else { return }
    left -= 1
    try super.take(&row)
  }

  override var wantsMore: Bool { left > 0 && super.wantsMore }
}

/// `validate`: notes what is wrong with rows, and lets them all through.
final class ValidateStage: CSVStage {
  private let schema: TableSchema?
  private let problems: CSVProblems
  private var checks: [(index: Int, column: TableSchema.Column)] = []

  init(_ schema: TableSchema?, _ problems: CSVProblems) {
    self.schema = schema
    self.problems = problems
  }

  override func begin(_ header: CSVHeader) throws(StepFailure) {
    for column in schema?.columns ?? [] {
      guard let index = header.names.firstIndex(of: column.name) else {
        let closest = EditDistance.closest(to: column.name, among: header.names)
        problems.add(
          line: 1, column: column.name, "is missing" + (closest.map { "; did you mean \"\($0)\"?" } ?? ""))
        continue
      }
      if column.type != nil || column.isRequired { checks.append((index, column)) }
    }
    try super.begin(header)
  }

  override func take(_ row: inout CSVRow) throws(StepFailure) {
    for (index, column) in checks {
      let cell = row.cells[index]
      if cell.count == 0 {
        if column.isRequired { problems.add(line: row.line, column: column.name, "is empty") }
      } else if let type = column.type, !type.fits(cell, of: row) {
        problems.add(
          line: row.line, column: column.name,
          "expected \(type.words), not \(JSON.string(row.text(cell)).excerpt)")
      }
    }
    try super.take(&row)
  }

  override var wantsMore: Bool { true }
}

/// `deduplicate`: lets the first of equal rows through.
final class DeduplicateStage: CSVStage {
  /// Memory for the rows seen, in bytes.
  private let limit: Int
  private let columns: [String]
  private var indices: [Int] = []
  private var seen: Set<[UInt8]> = []
  private var size = 0

  init(by columns: [String], limit: Int = HeldRows.usualLimit) {
    self.columns = columns
    self.limit = limit
  }

  override func begin(_ header: CSVHeader) throws(StepFailure) {
    for column in columns { indices.append(try header.index(of: column)) }
    if columns.isEmpty { indices = Array(header.names.indices) }
    try super.begin(header)
  }

  override func take(_ row: inout CSVRow) throws(StepFailure) {
    let key = row.key(indices)
    size += key.count + 64
    guard size <= limit else {
      throw StepFailure(
        "deduplicate: more than \(limit >> 20) MiB of different rows; name fewer columns with by")
    }
    if seen.insert(key).inserted { try super.take(&row) }
  }
}

extension CSVRow {
  /// The values of some cells, so that different rows have different keys.
  func key(_ indices: [Int]) -> [UInt8] {
    var key: [UInt8] = []
    for index in indices {
      let cell = cells[index]
      if cell.hasQuotes { key += bytes(cell) } else { key += raw(cell) }
      // A byte that no UTF-8 text has.
      key.append(0xff)
    }
    return key
  }
}
