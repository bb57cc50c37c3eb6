import Formats
import MissionModel

/// Jobs and results that say something in every member.
enum WireFixture {
  static func at(_ milliseconds: Int64) -> Timestamp {
    Timestamp(milliseconds: 1_700_000_000_000 + milliseconds)
  }

  static func job(_ state: JobState = .finished(.failed, since: at(1000), at: at(3500))) throws -> Job {
    guard let id = JobID("01890000-0000-7000-8000-000000000001") else { throw WireFixtureError.noID }
    var job = Job(
      id: id, name: "build", version: "1.0", state: state, revision: 7,
      labels: ["b": "2", "a": "1"], priority: 3, progress: Job.Progress(waiting: 2),
      error: "step \"b\": boom",
      warnings: ["slow"], createdAt: at(0), changedAt: at(3500),
      tokens: TokenUsage(prompt: 3, completion: 1))
    job.retriedAs = id
    return job
  }

  static let result = StepResult(
    stepID: "a", status: .failed, output: ["n": 1], error: "boom", durationMilliseconds: 12, attempts: 2,
    startedAt: at(1000), finishedAt: at(1012), warnings: ["odd"],
    usage: ResourceUsage(userMilliseconds: 1, systemMilliseconds: 2, maxRSSBytes: 3),
    tokens: TokenUsage(prompt: 3, completion: 1))

  static let attempts = [
    AttemptRecord(
      stepIndex: 0, number: 1, startedAt: at(1000), finishedAt: at(1005), ending: .timedOut, error: "late"),
    AttemptRecord(stepIndex: 0, number: 2, startedAt: at(1006)),
  ]
}

enum WireFixtureError: Error { case noID, noType }
