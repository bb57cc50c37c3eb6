import Formats
package import MissionModel
import SQLite

/// The events of one transaction as one row's text: a JSON array of
/// `[sequence, kind, at, step_id, attempt, status, error]`, cut where the rest is null.
struct EventNews: Sendable {
  let lastSequence: Int64
  let text: String

  /// At least one event.
  init(_ events: [JobEvent]) {
    precondition(!events.isEmpty, "news without an event")
    lastSequence = events.map(\.sequence).max() ?? 0
    var writer = JSONWriter()
    writer.beginArray()
    for event in events { Self.write(event, to: &writer) }
    writer.endArray()
    text = writer.text
  }

  private static func write(_ event: JobEvent, to writer: inout JSONWriter) {
    writer.beginArray()
    writer.value(event.sequence)
    writer.value(event.kind.rawValue)
    writer.value(event.at.milliseconds)
    var count = event.stepID == nil ? 0 : 1
    if event.attempt != nil { count = 2 }
    if event.status != nil { count = 3 }
    if event.error != nil { count = 4 }
    if count > 0 { writer.value(event.stepID) }
    if count > 1 { if let attempt = event.attempt { writer.value(attempt) } else { writer.null() } }
    if count > 2 { writer.value(event.status) }
    if count > 3 { writer.value(event.error) }
    writer.endArray()
  }

  /// The events that `text` holds.
  static func events(in text: String) throws(SQLiteError) -> [JobEvent] {
    var events: [JobEvent] = []
    for fields in try StoredJSON.value(text).arrayValue ?? [] {
      guard let sequence = fields[0]?.integerValue, let at = fields[2]?.integerValue,
        let kind = fields[1]?.stringValue.flatMap(JobEvent.Kind.init)
      else { throw StoredJSON.damage("an event") }
      events.append(
        JobEvent(
          kind, sequence: sequence, at: Timestamp(milliseconds: at), stepID: fields[3]?.stringValue,
          attempt: fields[4]?.integerValue.map { Int($0) }, status: fields[5]?.stringValue,
          error: fields[6]?.stringValue))
    }
    return events
  }
}

extension Transaction {
  func insert(news: EventNews, job: Int64) throws(SQLiteError) {
    try execute(
      "INSERT OR REPLACE INTO events (key, news) VALUES (?1, ?2)",
      .integer(EventKey.of(job: job, sequence: news.lastSequence)), .text(news.text))
  }
}

extension JobStore {
  /// Events after the one numbered `sequence`, oldest first: as many whole transactions as hold `limit` of
  /// them, and at least one. Nil if there is no such job.
  package func events(
    of id: JobID, after sequence: Int64, limit: Int
  ) async throws(StoreError) -> [JobEvent]? {
    try await read("read the events of job \(id)") { tx throws(SQLiteError) in
      guard let number = try tx.number(of: id) else { return nil }
      return try tx.events(job: number, after: sequence, limit: limit)
    }
  }
}

extension Transaction {
  /// As many whole transactions' events as hold `limit` of them, and at least one.
  func events(job: Int64, after sequence: Int64, limit: Int) throws(SQLiteError) -> [JobEvent] {
    var events: [JobEvent] = []
    let last = EventKey.all(of: job).upperBound
    let start = min(EventKey.of(job: job, sequence: max(0, sequence)), last)
    try scan(
      "SELECT news FROM events WHERE key > ?1 AND key <= ?2 ORDER BY key", .integer(start), .integer(last)
    ) { row throws(SQLiteError) in
      events += try EventNews.events(in: row.text(0)).filter { $0.sequence > sequence }
      return events.count < limit
    }
    return events
  }
}
