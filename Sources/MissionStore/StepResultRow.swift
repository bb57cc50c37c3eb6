import Formats
import MissionModel
import SQLite

/// A step's result on its way into the table; made before the writer's turn, so that it only has to store.
struct StepResultRow: Sendable {
  /// Above this an output lies in a table of its own.
  static let inlineOutputBytes = 64 << 10

  let step: Int
  private let values: [SQLValue]
  /// The output where it is too big for the row.
  private let bigOutput: [UInt8]?

  init(step: Int, result: StepResult) {
    self.step = step
    let output: [UInt8]? = result.output.isNull ? nil : result.output.compactBytes
    let isBig = (output?.count ?? 0) > Self.inlineOutputBytes
    bigOutput = isBig ? output : nil
    values = [
      .text(result.status.rawValue), SQLValue(result.attempts), .integer(result.durationMilliseconds),
      SQLValue(result.startedAt?.milliseconds), SQLValue(result.finishedAt?.milliseconds),
      SQLValue(result.usage?.userMilliseconds), SQLValue(result.usage?.systemMilliseconds),
      SQLValue(result.usage?.maxRSSBytes), SQLValue(output?.count ?? 0), SQLValue(result.error),
      StoredJSON.column(result.warnings), isBig ? .null : SQLValue(output),
      SQLValue(result.tokens?.prompt), SQLValue(result.tokens?.completion),
    ]
  }

  func insert(_ insert: borrowing Statement, job: Int64, _ tx: borrowing Transaction) throws(SQLiteError) {
    let key = StepKey.of(job: job, step: step)
    try insert.execute([.integer(key)] + values)
    guard let bigOutput else { return }
    try tx.execute(
      "INSERT OR REPLACE INTO step_outputs (key, bytes) VALUES (?1, zeroblob(?2))", .integer(key),
      SQLValue(bigOutput.count))
    let blob = try tx.blob(table: "step_outputs", column: "bytes", row: key, writable: true)
    try blob.write(bigOutput[...], at: 0)
  }

  /// The statement that `insert` fills.
  static func statement(_ tx: borrowing Transaction) throws(SQLiteError) -> Statement {
    try tx.prepare(
      """
      INSERT OR REPLACE INTO step_results (key, status, attempts, duration_ms, started_at, finished_at,
        user_ms, system_ms, max_rss_bytes, output_size, error, warnings, output, prompt_tokens,
        completion_tokens)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
      """)
  }
}

extension Transaction {
  /// The results of the steps of a job that are over, by place; their `stepID` is left empty.
  func stepResults(
    job: Int64, steps: ClosedRange<Int>, includesOutputs: Bool
  ) throws(SQLiteError) -> [(step: Int, stored: StoredResult)] {
    let all = StepKey.all(of: job)
    let first = min(all.lowerBound + Int64(steps.lowerBound), all.upperBound)
    let last =
      steps.upperBound >= Int(all.upperBound - all.lowerBound)
      ? all.upperBound : all.lowerBound + Int64(steps.upperBound)
    var results = try self.all(
      """
      SELECT key, status, attempts, duration_ms, started_at, finished_at, user_ms, system_ms,
        max_rss_bytes, error, warnings, prompt_tokens, completion_tokens, output_size,
        CASE WHEN ?3 THEN output END
      FROM step_results WHERE key BETWEEN ?1 AND ?2 ORDER BY key
      """, .integer(first), .integer(last), SQLValue(includesOutputs)
    ) { row throws(SQLiteError) in
      let stored = StoredResult(try StepResult(row), output: row.bytesOrNil(14), outputSize: row.int(13))
      return (step: StepKey.place(in: row.int64(0)), stored: stored)
    }
    guard includesOutputs else { return results }
    for place in results.indices where results[place].stored.outputSize > StepResultRow.inlineOutputBytes {
      results[place].stored.output = try bigOutput(StepKey.of(job: job, step: results[place].step))
    }
    return results
  }

  private func bigOutput(_ key: Int64) throws(SQLiteError) -> [UInt8] {
    let blob = try blob(table: "step_outputs", column: "bytes", row: key, writable: false)
    return try blob.readAll()
  }

  /// The bytes of all outputs of a job together.
  func outputBytes(job: Int64) throws(SQLiteError) -> Int {
    let keys = StepKey.all(of: job)
    return try first(
      "SELECT total(output_size) FROM step_results WHERE key BETWEEN ?1 AND ?2", .integer(keys.lowerBound),
      .integer(keys.upperBound)
    ) { row throws(SQLiteError) in row.int(0) } ?? 0
  }
}

extension StepResult {
  /// All but the output.
  fileprivate init(_ row: borrowing Row) throws(SQLiteError) {
    guard let status = StepStatus(rawValue: row.text(1)) else { throw StoredJSON.damage("a step's status") }
    var usage: ResourceUsage?
    if let user = row.int64OrNil(6) {
      usage = ResourceUsage(
        userMilliseconds: user, systemMilliseconds: row.int64(7), maxRSSBytes: row.int64(8))
    }
    let tokens = row.isNull(11) ? nil : TokenUsage(prompt: row.int(11), completion: row.int(12))
    self.init(
      stepID: "", status: status, error: row.textOrNil(9), durationMilliseconds: row.int64(3),
      attempts: row.int(2),
      startedAt: row.int64OrNil(4).map(Timestamp.init(milliseconds:)),
      finishedAt: row.int64OrNil(5).map(Timestamp.init(milliseconds:)),
      warnings: try StoredJSON.texts(row.textOrNil(10)), usage: usage,
      tokens: tokens)
  }
}
