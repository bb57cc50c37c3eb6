import Formats
import MissionModel
import SQLite
import TestSupport

@testable import MissionStore

/// A job table in a directory of its own, and short words for what tests do with it.
struct StoreFixture {
  let directory: TemporaryDirectory
  let database: Database
  let store: JobStore

  static func open(
    in directory: TemporaryDirectory? = nil, disk: FaultyVFS? = nil, maxQueued: Int = 1000,
    cacheBytes: Int? = nil
  ) async throws -> StoreFixture {
    let directory = try directory ?? TemporaryDirectory()
    var configuration = Database.Configuration(path: directory / "missiond.db")
    configuration.vfs = disk?.name
    configuration.walCheckpointPages = 16
    if let cacheBytes { configuration.cacheBytes = cacheBytes }
    let database = try await Database.open(configuration)
    return StoreFixture(
      directory: directory, database: database, store: try await JobStore(database, maxQueued: maxQueued))
  }

  func close() async { await database.close() }

  static func id(_ number: Int) -> JobID {
    guard
      let id = JobID(
        "01890000-0000-7000-8000-" + String(repeating: "0", count: 12 - "\(number)".count) + "\(number)")
    else { preconditionFailure("a number of at most twelve digits") }
    return id
  }

  static func at(_ milliseconds: Int64) -> Timestamp {
    Timestamp(milliseconds: 1_700_000_000_000 + milliseconds)
  }

  static func submission(_ number: Int, steps: [String] = ["a", "b"]) -> Submission {
    Submission(
      id: id(number), name: "build", version: "1.0", document: Array("name: build".utf8), format: .yaml,
      stepIDs: steps, workspace: "/jobs/\(number)", at: at(Int64(number)))
  }

  @discardableResult
  func submit(_ number: Int, _ change: (inout Submission) -> Void = { _ in }) async throws
    -> SubmissionOutcome
  {
    var submission = Self.submission(number)
    change(&submission)
    return try await store.submit(submission)
  }

  func claim(_ limit: Int = 1, at time: Int64 = 1000) async throws -> [ClaimedJob] {
    try await store.claim(limit: limit, now: Self.at(time))
  }

  /// The entry with which a job of two steps ends.
  static func ending(
    _ outcome: JobState.Outcome = .completed, at time: Int64 = 2000, event: Int64 = 3, output: JSON = .null
  ) -> JournalEntry {
    var progress = Job.Progress()
    progress.total = 2
    progress.success = outcome == .completed ? 2 : 1
    progress.failed = outcome == .completed ? 0 : 1
    var entry = JournalEntry(progress: progress, at: at(time))
    entry.endings = [
      AttemptRecord(stepIndex: 0, number: 1, startedAt: at(1000), finishedAt: at(1500), ending: .success),
      AttemptRecord(
        stepIndex: 1, number: 1, startedAt: at(1500), finishedAt: at(2000),
        ending: outcome == .completed ? .success : .failed),
    ]
    entry.results = [
      (0, result("a", .success, output: output)),
      (
        1,
        result(
          "b", outcome == .completed ? .success : .failed, error: outcome == .completed ? nil : "it broke")
      ),
    ]
    entry.outcome = outcome
    entry.error = outcome == .completed ? nil : "step \"b\" failed"
    entry.events = [JobEvent(.jobFinished, sequence: event, at: at(time), status: outcome.rawValue)]
    return entry
  }

  static func result(
    _ id: String, _ status: StepStatus, output: JSON = .null, error: String? = nil
  ) -> StepResult {
    StepResult(
      stepID: id, status: status, output: output, error: error, durationMilliseconds: 500, attempts: 1,
      startedAt: at(1000), finishedAt: at(1500))
  }

  /// Submits, claims and ends a job.
  func finish(_ number: Int, _ outcome: JobState.Outcome = .completed, at time: Int64 = 2000) async throws {
    try await submit(number)
    _ = try await claim()
    try await store.record(Self.ending(outcome, at: time), of: Self.id(number))
  }

  /// A number that a query answers.
  func count(_ sql: StaticString) async throws -> Int {
    try await database.read { tx throws(SQLiteError) in
      try tx.first(sql) { row throws(SQLiteError) in row.int(0) } ?? -1
    }
  }
}
