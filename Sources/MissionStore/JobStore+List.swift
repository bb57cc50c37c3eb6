package import MissionModel
import SQLite

/// Which jobs a list shows.
package struct JobFilter: Sendable, Equatable {
  /// `queued`, `running`, `completed`, `failed` or `cancelled`; nil for all.
  package var status: String?
  package var name: String?
  /// All of them have to be there.
  package var labels: [String: String] = [:]
  /// 1 to 500.
  package var limit = 100
  /// Where the page before ended.
  package var cursor: Int64?

  /// All jobs.
  package init() {}
}

/// A page of jobs, newest first.
package struct JobPage: Sendable, Equatable {
  package var jobs: [Job]
  /// Where the next page begins; nil where this is the last.
  package var next: Int64?
}

extension JobStore {
  /// The most that a page may hold.
  package static let pageLimit = 500

  /// A page of the jobs that `filter` lets through, newest first.
  package func list(_ filter: JobFilter) async throws(StoreError) -> JobPage {
    precondition((1...Self.pageLimit).contains(filter.limit), "a page holds 1 to \(Self.pageLimit) jobs")
    let (sql, values) = Self.query(filter)
    return try await read("list jobs") { tx throws(SQLiteError) in
      var rows: [JobRow] = []
      try tx.prepare(composed: sql).scan(values) { row throws(SQLiteError) in
        rows.append(try JobRow(row))
        return true
      }
      let hasMore = rows.count > filter.limit
      let page = rows.prefix(filter.limit)
      return JobPage(jobs: page.map(\.job), next: hasMore ? page.last?.number : nil)
    }
  }

  /// Conditions are literals chosen here; what a user typed goes in as values.
  private static func query(_ filter: JobFilter) -> (sql: String, values: [SQLValue]) {
    var conditions: [String] = []
    var values: [SQLValue] = []
    func add(_ condition: String, _ value: SQLValue) {
      values.append(value)
      conditions.append("\(condition) ?\(values.count)")
    }
    if let cursor = filter.cursor { add("number <", .integer(cursor)) }
    switch filter.status {
    case nil: break
    case "queued": conditions.append("state = 'queued'")  // the index of the queue
    case "running": conditions.append("state = 'running'")  // the index of what runs
    case let status?:
      conditions.append("finished_at IS NOT NULL")  // so that the index of finished jobs can serve
      add("state =", .text(status))
    }
    if let name = filter.name { add("name =", .text(name)) }
    for (key, value) in filter.labels.sorted(by: { $0.key < $1.key }) {
      values += [.text(key), .text(value)]
      conditions.append(
        "number IN (SELECT job FROM job_labels WHERE key = ?\(values.count - 1) AND value = ?\(values.count))"
      )
    }
    values.append(SQLValue(filter.limit + 1))
    let clause = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    // Few jobs wait or run. The plus keeps SQLite from walking through all the finished ones to find them.
    let isShort = filter.status == "queued" || filter.status == "running"
    let order = isShort ? "+number" : "number"
    return (
      "SELECT \(JobRow.columns) FROM jobs\(clause) ORDER BY \(order) DESC LIMIT ?\(values.count)", values
    )
  }

  /// How many jobs stand where, for metrics.
  package func counts() async throws(StoreError) -> (queued: Int, running: Int) {
    try await read("count jobs") { tx throws(SQLiteError) in
      let queued = try tx.first("SELECT count(*) FROM jobs WHERE state = 'queued'") {
        row throws(SQLiteError) in row.int(0)
      }
      let running = try tx.first("SELECT count(*) FROM jobs WHERE state = 'running'") {
        row throws(SQLiteError) in row.int(0)
      }
      return (queued ?? 0, running ?? 0)
    }
  }
}
