import SQLite

/// The ids of a job's steps, a row for each thousand, so that a page of results needs no document.
struct StepIDs: Sendable {
  static let perRow = 1000

  private let rows: [String]

  init(_ ids: [String]) {
    rows = stride(from: 0, to: ids.count, by: Self.perRow).map { start in
      ids[start..<min(start + Self.perRow, ids.count)].joined(separator: "\n")
    }
  }

  func forEachRow(_ body: (Int, String) throws(SQLiteError) -> Void) throws(SQLiteError) {
    for (index, row) in rows.enumerated() { try body(index * Self.perRow, row) }
  }
}

extension Transaction {
  func insert(_ ids: StepIDs, job: Int64) throws(SQLiteError) {
    try ids.forEachRow { first, lines throws(SQLiteError) in
      try execute(
        "INSERT INTO step_ids (key, ids) VALUES (?1, ?2)", .integer(StepKey.of(job: job, step: first)),
        .text(lines))
    }
  }

  /// The ids of the steps from `first` on, at most `limit` and no more than its row holds.
  func stepIDs(job: Int64, from first: Int, limit: Int) throws(SQLiteError) -> [String] {
    let rowStart = first - first % StepIDs.perRow
    let lines = try self.first(
      "SELECT ids FROM step_ids WHERE key = ?1", .integer(StepKey.of(job: job, step: rowStart))
    ) { row throws(SQLiteError) in row.text(0) }
    guard let lines, !lines.isEmpty else { return [] }
    return lines.utf8.split(separator: UInt8(ascii: "\n")).dropFirst(first - rowStart).prefix(limit)
      .map { String(Substring($0)) }
  }
}
