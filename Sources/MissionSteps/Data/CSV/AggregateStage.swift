import Formats
import MissionModel

/// One aggregate, as the mission gives it.
struct CSVAggregate: Sendable, Equatable {
  /// What is worked out.
  enum Operation: String, CaseIterable, Sendable { case count, sum, mean, min, max }

  var operation: Operation
  /// The column; only `count` may do without.
  var column: String?

  /// Reads `{op, column}`.
  init(_ value: JSON) throws(SchemaProblem) {
    guard case .object(let members) = value else {
      throw SchemaProblem("", "expected a map with \"op\" and \"column\", not \(value.excerpt)")
    }
    for key in members.keys where !["op", "column"].contains(key) {
      throw SchemaProblem("/" + SchemaDocuments.escape(key), "unknown key; known are op, column")
    }
    guard let operation = members["op"]?.stringValue.flatMap(Operation.init) else {
      let words = Operation.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw SchemaProblem("/op", "expected one of \(words)")
    }
    self.operation = operation
    column = members["column"]?.stringValue
    guard column != nil || operation == .count else {
      throw SchemaProblem("", "\"\(operation.rawValue)\" needs a \"column\"")
    }
  }
}

/// `aggregate`: one row for each group, in the order in which groups first came.
final class AggregateStage: CSVStage {
  /// Memory for groups, in bytes.
  private let limit: Int
  private let groupBy: [String]
  private let aggregates: [(name: String, aggregate: CSVAggregate)]
  private var keyIndices: [Int] = []
  private var valueIndices: [Int?] = []
  private var groups: [[UInt8]: Int] = [:]
  private var firstRows = HeldRows()
  private var summaries: [NumberSummary] = []
  private var counts: [Int] = []
  private var emitted = 0

  init(
    by groupBy: [String], _ aggregates: [(name: String, aggregate: CSVAggregate)],
    limit: Int = HeldRows.usualLimit
  ) {
    self.groupBy = groupBy
    self.aggregates = aggregates
    self.limit = limit
  }

  override func begin(_ header: CSVHeader) throws(StepFailure) {
    for column in groupBy { keyIndices.append(try header.index(of: column)) }
    for (_, aggregate) in aggregates {
      var index: Int?
      if let column = aggregate.column { index = try header.index(of: column) }
      valueIndices.append(index)
    }
    try super.begin(CSVHeader(names: groupBy + aggregates.map(\.name), isWritten: true))
  }

  override func take(_ row: inout CSVRow) throws(StepFailure) {
    let group = try group(of: row)
    for (place, index) in valueIndices.enumerated() {
      let slot = group * aggregates.count + place
      guard let index else {
        counts[slot] += 1
        continue
      }
      let cell = row.cells[index]
      if cell.count == 0 { continue }
      counts[slot] += 1
      guard aggregates[place].aggregate.operation != .count else { continue }
      guard let number = CellNumber(row.raw(cell)) else {
        let (name, aggregate) = aggregates[place]
        throw StepFailure(
          "aggregate \"\(name)\": line \(row.line): column \"\(aggregate.column ?? "")\": "
            + "\(JSON.string(row.text(cell)).excerpt) is no number; leave such rows out with filter")
      }
      summaries[slot].add(number)
    }
  }

  private func group(of row: CSVRow) throws(StepFailure) -> Int {
    let key = row.key(keyIndices)
    if let known = groups[key] { return known }
    var head = row
    head.cells = keyIndices.map { row.cells[$0] }
    try firstRows.append(head, for: "aggregate")
    let group = groups.count
    groups[key] = group
    summaries += Array(repeating: NumberSummary(), count: aggregates.count)
    counts += Array(repeating: 0, count: aggregates.count)
    guard summaries.count * MemoryLayout<NumberSummary>.stride <= limit else {
      throw StepFailure(
        "aggregate: \(groups.count) groups do not fit in \(limit >> 20) MiB; name fewer columns with group_by"
      )
    }
    return group
  }

  override func finish() throws(StepFailure) -> Bool {
    // Without groups there is one row, also for a table without rows.
    if groupBy.isEmpty, groups.isEmpty {
      var nothing = CSVRow()
      _ = try group(of: nothing)
      nothing.cells = []
    }
    for _ in 0..<Self.rowsPerFinish {
      guard emitted < groups.count else { return true }
      try emit(emitted)
      emitted += 1
    }
    return false
  }

  private func emit(_ group: Int) throws(StepFailure) {
    var values: [UInt8] = []
    var cells: [CSVCell] = []
    try firstRows.withRow(group) { (row) throws(StepFailure) in
      for cell in row.cells {
        let start = values.count
        values += row.raw(cell)
        cells.append(
          cell.isQuoted
            ? CSVCell(start, values.count, cell.hasQuotes) : CSVCell(start: start, end: values.count))
      }
    }
    for place in aggregates.indices {
      let start = values.count
      values += value(group * aggregates.count + place, aggregates[place].aggregate.operation).utf8
      cells.append(CSVCell(start: start, end: values.count))
    }
    let (all, places) = (values, cells)
    try all.withUnsafeBufferPointer { (buffer) throws(StepFailure) in
      var row = CSVRow()
      row.base = buffer.baseAddress
      row.cells = places
      try next?.take(&row)
    }
  }

  /// The value as text; empty where there is none.
  private func value(_ slot: Int, _ operation: CSVAggregate.Operation) -> String {
    let json: JSON =
      switch operation {
      case .count: JSON(counts[slot])
      case .sum: summaries[slot].total
      case .mean: summaries[slot].mean
      case .min: summaries[slot].least?.json ?? .null
      case .max: summaries[slot].greatest?.json ?? .null
      }
    return json.isNull ? "" : json.compact
  }

  override var wantsMore: Bool { true }
}
