import Formats
import MissionModel

/// `sort`: holds all rows back and hands them on in order.
///
/// Numbers come before text, and a missing cell last; rows that compare equal keep their order. Rows are
/// sorted in runs as they come in, and merged at the end, so that no single call takes long.
final class SortStage: CSVStage {
  private let columns: [String]
  private let isDescending: Bool
  private var indices: [Int] = []
  private var rows = HeldRows()
  private var keys: [[SortKey]] = []
  private var runs: [Run] = []
  private var isMerging = false

  private static let rowsPerRun = 16_384

  private enum SortKey {
    case number(CellNumber)
    case text([UInt8])
    case missing
  }

  /// Rows that are in order, by their numbers.
  private struct Run {
    var order: [Int]
    var position = 0
  }

  init(by columns: [String], isDescending: Bool) {
    self.columns = columns
    self.isDescending = isDescending
  }

  override func begin(_ header: CSVHeader) throws(StepFailure) {
    for column in columns { indices.append(try header.index(of: column)) }
    try super.begin(header)
  }

  override func take(_ row: inout CSVRow) throws(StepFailure) {
    try rows.append(row, for: "sort")
    keys.append(
      indices.map { index in
        let cell = row.cells[index]
        if cell.count == 0 { return .missing }
        return CellNumber(row.raw(cell)).map(SortKey.number) ?? .text(row.bytes(cell))
      })
    if keys.count - runs.count * Self.rowsPerRun == Self.rowsPerRun { endRun() }
  }

  private func endRun() {
    let first = runs.count * Self.rowsPerRun
    guard first < keys.count else { return }
    runs.append(Run(order: (first..<keys.count).sorted(by: comesBefore)))
  }

  override func finish() throws(StepFailure) -> Bool {
    if !isMerging {
      endRun()
      isMerging = true
      runs.sort { comesBefore($0.order[0], $1.order[0]) }
    }
    for _ in 0..<Self.rowsPerFinish {
      guard let smallest = runs.first else { return true }
      try rows.withRow(smallest.order[smallest.position]) { (row) throws(StepFailure) in try next?.take(&row)
      }
      advanceFirst()
    }
    return false
  }

  /// Moves the first run on, to where its next row belongs among the others.
  private func advanceFirst() {
    var run = runs.removeFirst()
    run.position += 1
    guard run.position < run.order.count else { return }
    let row = run.order[run.position]
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if comesBefore(runs[middle].order[runs[middle].position], row) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    runs.insert(run, at: low)
  }

  private func comesBefore(_ left: Int, _ right: Int) -> Bool {
    for (left, right) in zip(keys[left], keys[right]) {
      let order = Self.order(left, right)
      if order == 0 { continue }
      if case .missing = left { return false }
      if case .missing = right { return true }
      return isDescending ? order > 0 : order < 0
    }
    return left < right
  }

  private static func order(_ left: SortKey, _ right: SortKey) -> Int {
    switch (left, right) {
    case (.number(let left), .number(let right)): left.equals(right) ? 0 : left < right ? -1 : 1
    case (.text(let left), .text(let right)):
      left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
    case (.missing, .missing): 0
    case (.number, _), (_, .missing): -1
    case (.missing, _), (.text, _): 1
    }
  }

  override var wantsMore: Bool { true }
}

/// Rows that are kept, in one piece of memory.
struct HeldRows {
  /// Most bytes that are kept where nothing else is said.
  static let usualLimit = 256 << 20

  private let limit: Int
  private var bytes: [UInt8] = []
  private var cells: [CSVCell] = []
  private var rows: [(base: Int, firstCell: Int, line: Int)] = []

  /// Keeps nothing yet, and at most `limit` bytes.
  init(limit: Int = usualLimit) { self.limit = limit }

  /// How many rows are kept.
  var count: Int { rows.count }

  /// Keeps a copy of `row`; `operation` needs it.
  mutating func append(_ row: CSVRow, for operation: String) throws(StepFailure) {
    let base = bytes.count
    rows.append((base, cells.count, row.line))
    for cell in row.cells {
      let start = bytes.count - base
      bytes.append(contentsOf: row.raw(cell))
      let end = bytes.count - base
      cells.append(cell.isQuoted ? CSVCell(start, end, cell.hasQuotes) : CSVCell(start: start, end: end))
    }
    guard bytes.count + 12 * cells.count + 24 * rows.count <= limit else {
      throw StepFailure(
        "\(operation): more than \(limit >> 20) MiB of rows; filter or select before it")
    }
  }

  /// Lends one row to `body`.
  func withRow(_ index: Int, _ body: (inout CSVRow) throws(StepFailure) -> Void) throws(StepFailure) {
    let (base, firstCell, line) = rows[index]
    let lastCell = index + 1 < rows.count ? rows[index + 1].firstCell : cells.count
    try bytes.withUnsafeBufferPointer { (buffer) throws(StepFailure) in
      var row = CSVRow()
      row.base = buffer.baseAddress.map { $0 + base }
      row.cells = Array(cells[firstCell..<lastCell])
      row.line = line
      try body(&row)
    }
  }
}
