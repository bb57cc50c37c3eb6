import Formats
import MissionModel

/// `statistics`: sums up each column in one pass, and lets all rows through.
///
/// Its memory is the same for many columns as for a few: each of many is then exact up to fewer values.
final class StatisticsStage: CSVStage {
  /// Most columns that are summed up at once.
  static let mostColumns = 4096
  /// Columns that have all the room they want.
  private static let roomyColumns = 8

  private let columns: [String]
  private var indices: [Int] = []
  private var names: [String] = []
  private var summaries: [ColumnSummary] = []

  /// Sums up `columns`; all where there are none.
  init(_ columns: [String]) { self.columns = columns }

  override func begin(_ header: CSVHeader) throws(StepFailure) {
    names = columns.isEmpty ? header.names : columns
    guard names.count <= Self.mostColumns else {
      throw StepFailure(
        "statistics: \(names.count) columns are more than \(Self.mostColumns); name those that matter with columns"
      )
    }
    indices = Array(names.indices)
    if !columns.isEmpty {
      for (place, name) in columns.enumerated() { indices[place] = try header.index(of: name) }
    }
    let share = (max(names.count, 1) - 1) / Self.roomyColumns
    summaries = Array(
      repeating: ColumnSummary(halvings: Int.bitWidth - share.leadingZeroBitCount), count: names.count)
    try super.begin(header)
  }

  override func take(_ row: inout CSVRow) throws(StepFailure) {
    for (place, index) in indices.enumerated() { summaries[place].add(row, row.cells[index]) }
    try super.take(&row)
  }

  override var wantsMore: Bool { true }

  /// The statistics by column.
  var result: JSON { .object(JSONObject(zip(names, summaries.map(\.json)).map { ($0, $1) })) }
}

/// What one column holds.
struct ColumnSummary {
  private var count = 0
  private var missing = 0
  private var distinct: DistinctCount
  private var numbers = NumberSummary()
  private var median: MedianSketch
  private var least: [UInt8]?
  private var greatest: [UInt8]?

  /// Holds nothing yet; the usual room is halved so often.
  init(halvings: Int) {
    distinct = DistinctCount(halvings: halvings)
    median = MedianSketch(halvings: halvings)
  }

  /// Takes in a cell.
  mutating func add(_ row: CSVRow, _ cell: CSVCell) {
    count += 1
    guard cell.count > 0 else {
      missing += 1
      return
    }
    let raw = row.raw(cell)
    distinct.add(raw)
    if let number = CellNumber(raw) {
      numbers.add(number)
      median.add(number.double)
    } else {
      addText(row, cell)
    }
  }

  private mutating func addText(_ row: CSVRow, _ cell: CSVCell) {
    let raw = row.raw(cell)
    if least.map({ raw.lexicographicallyPrecedes($0) }) ?? true { least = row.bytes(cell) }
    if greatest.map({ $0.lexicographicallyPrecedes(raw) }) ?? true { greatest = row.bytes(cell) }
  }

  /// True where every cell that is not missing is a number.
  private var isNumeric: Bool { numbers.count > 0 && least == nil }

  /// As the output shows it: `mean` and what follows is null for a column that is not all numbers.
  var json: JSON {
    var members: JSONObject = [
      "count": JSON(count), "missing": JSON(missing), "distinct": JSON(distinct.count),
    ]
    if isNumeric {
      members["min"] = numbers.least?.json ?? .null
      members["max"] = numbers.greatest?.json ?? .null
      members["mean"] = numbers.mean
      members["median"] = median.median.map(Self.number) ?? .null
      members["stddev"] = numbers.deviation
      members["sum"] = numbers.total
    } else {
      members["min"] = least.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null
      members["max"] = greatest.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null
      for name in ["mean", "median", "stddev", "sum"] { members[name] = .null }
    }
    let estimates = (distinct.isExact ? [] : ["distinct"]) + (isNumeric && !median.isExact ? ["median"] : [])
    if !estimates.isEmpty { members["estimated"] = .array(estimates.map { .string($0) }) }
    return .object(members)
  }

  private static func number(_ value: Double) -> JSON {
    Int64(exactly: value).map(JSON.integer) ?? .double(value)
  }
}
