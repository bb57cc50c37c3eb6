package import MissionModel
import Formats
import SQLite

/// A page of a job's steps, and the job as it stood at the same moment.
package struct StepPage: Sendable, Equatable {
  package var job: Job
  /// The job's last event at that moment: what changes later comes after it.
  package var lastEvent: Int64
  /// In document order; steps that wait or run are there too.
  package var results: [StoredResult]
  /// Whether the outputs are there, not only their sizes.
  package var hasOutputs: Bool
  /// The place where the next page begins; nil where this is the last.
  package var next: Int?
}

/// Steps that changed after an event, and the job as it stood when they were read.
package struct StepChanges: Sendable {
  package var job: Job
  /// The last event whose steps are among them.
  package var lastEvent: Int64
  /// With their places in the document.
  package var results: [(place: Int, result: StoredResult)]
  /// False where further steps had changed by then: they come after `lastEvent`.
  package var isComplete: Bool
}

/// Which outputs of a job to read; their sizes are always read.
package enum OutputChoice: Sendable, Equatable {
  case none, all
  /// All, if those of the whole job have at most so many bytes together; else none.
  case ifTogether(atMost: Int)
}

extension JobStore {
  /// The steps from place `first` on, at most `limit` of them and no more than a thousand; nil if there is no
  /// such job. Pages of a running job may show different moments: `steps(of:changedAfter:)` makes them one.
  package func steps(
    of id: JobID, from first: Int, limit: Int, outputs: OutputChoice
  ) async throws(StoreError) -> StepPage? {
    precondition(first >= 0 && limit > 0, "a page of no steps")
    return try await read("read the steps of job \(id)") { tx throws(SQLiteError) in
      guard let row = try tx.job(id) else { return nil }
      let ids = try tx.stepIDs(job: row.number, from: first, limit: limit)
      let hasOutputs =
        switch outputs {
        case .none: false
        case .all: true
        case .ifTogether(let most): try tx.outputBytes(job: row.number) <= most
        }
      var page = StepPage(
        job: row.job, lastEvent: row.lastEvent, results: [], hasOutputs: hasOutputs, next: nil)
      guard !ids.isEmpty else { return page }
      page.results = try tx.steps(ids, from: first, of: row, includesOutputs: hasOutputs)
      let end = first + ids.count
      page.next = end < row.job.progress.total ? end : nil
      return page
    }
  }

  /// The steps that events after the one numbered `event` name, some hundreds at a time; nil if there is no
  /// such job.
  ///
  /// - Parameter places: the places of the job's steps by their ids.
  package func steps(
    of id: JobID, changedAfter event: Int64, places: [String: Int], includesOutputs: Bool
  ) async throws(StoreError) -> StepChanges? {
    try await read("read the changed steps of job \(id)") { tx throws(SQLiteError) in
      guard let row = try tx.job(id) else { return nil }
      let events = try tx.events(job: row.number, after: event, limit: Self.changesAtOnce)
      let last = events.last?.sequence ?? event
      var changes = StepChanges(job: row.job, lastEvent: last, results: [], isComplete: last >= row.lastEvent)
      for id in Set(events.compactMap(\.stepID)) {
        guard let place = places[id] else { throw StoredJSON.damage("an event of a step that is not there") }
        let result = try tx.steps([id], from: place, of: row, includesOutputs: includesOutputs)[0]
        changes.results.append((place, result))
      }
      return changes
    }
  }

  /// Events whose steps are read in one transaction.
  private static let changesAtOnce = 500

  /// One step with its attempts; nil if there is no such job or step.
  package func step(
    _ stepID: String, of id: JobID, includesOutput: Bool
  ) async throws(StoreError) -> (stored: StoredResult, attempts: [AttemptRecord])? {
    try await read("read step \(stepID) of job \(id)") { tx throws(SQLiteError) in
      guard let row = try tx.job(id) else { return nil }
      var first = 0
      while case let ids = try tx.stepIDs(job: row.number, from: first, limit: StepIDs.perRow), !ids.isEmpty {
        if let offset = ids.firstIndex(of: stepID) {
          let place = first + offset
          let results = try tx.steps([stepID], from: place, of: row, includesOutputs: includesOutput)
          return (results[0], try tx.attempts(job: row.number, step: place))
        }
        first += ids.count
      }
      return nil
    }
  }
}

extension Transaction {
  /// What is known of the steps called `ids`, which lie one after another from `first` on.
  fileprivate func steps(
    _ ids: [String], from first: Int, of row: JobRow, includesOutputs: Bool
  ) throws(SQLiteError) -> [StoredResult] {
    var results = ids.map { StoredResult(StepResult(stepID: $0)) }
    let last = first + ids.count - 1
    if row.job.state.isFinal {
      // Only a job that was cancelled while it waited has steps without a result.
      for place in results.indices {
        results[place].result.status = .skipped
        results[place].result.error = row.job.error
      }
    } else {
      let keys = StepKey.of(job: row.number, step: first)...StepKey.of(job: row.number, step: last)
      try scan(
        """
        SELECT step, max(number), min(started_at) FROM attempts WHERE step BETWEEN ?1 AND ?2 GROUP BY step
        """, .integer(keys.lowerBound), .integer(keys.upperBound)
      ) { attempt throws(SQLiteError) in
        let place = StepKey.place(in: attempt.int64(0)) - first
        results[place].result.status = .running
        results[place].result.attempts = attempt.int(1)
        results[place].result.startedAt = Timestamp(milliseconds: attempt.int64(2))
        return true
      }
    }
    let known = try stepResults(job: row.number, steps: first...last, includesOutputs: includesOutputs)
    for (step, stored) in known {
      let id = results[step - first].result.stepID
      results[step - first] = stored
      results[step - first].result.stepID = id
    }
    return results
  }

  fileprivate func attempts(job: Int64, step: Int) throws(SQLiteError) -> [AttemptRecord] {
    try all(
      """
      SELECT number, started_at, finished_at, ending, error FROM attempts WHERE step = ?1 ORDER BY number
      """, .integer(StepKey.of(job: job, step: step))
    ) { row throws(SQLiteError) in
      AttemptRecord(
        stepIndex: step, number: row.int(0), startedAt: Timestamp(milliseconds: row.int64(1)),
        finishedAt: row.int64OrNil(2).map(Timestamp.init(milliseconds:)),
        ending: row.textOrNil(3).flatMap(AttemptRecord.Ending.init), error: row.textOrNil(4))
    }
  }
}
