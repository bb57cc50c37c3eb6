import Formats
import MissionModel
import MissionKit
import Testing

@Suite struct InMemoryJournalTests {
  private static let id = JobID("01890000-0000-7000-8000-000000000001")!  // it is one

  private func journal() throws -> (InMemoryJournal, Mission) {
    let text = "name: x\nlabels: {team: red}\nsteps: [{id: a, step_type: noop}, {id: b, step_type: noop}]\n"
    let mission = try DocumentLoader(catalog: BuiltinCatalog.catalog).load(Array(text.utf8)).mission
    return (InMemoryJournal(Self.id, mission, now: Timestamp(milliseconds: 1000)), mission)
  }

  private func entry(at milliseconds: Int64) -> JournalEntry {
    JournalEntry(
      progress: Job.Progress(waiting: 2), at: Timestamp(milliseconds: milliseconds))
  }

  @Test func `a job that has just begun runs, and its steps wait`() async throws {
    let (journal, _) = try journal()
    let job = await journal.job(warnings: ["odd"])
    #expect(job.state == .running(since: Timestamp(milliseconds: 1000)))
    #expect(job.revision == 1)
    #expect(job.labels == ["team": "red"])
    #expect(job.warnings == ["odd"])
    #expect(await journal.stepResults() == [StepResult(stepID: "a"), StepResult(stepID: "b")])
  }

  @Test func `what is recorded is what is shown, and each entry is a revision`() async throws {
    let (journal, _) = try journal()
    var first = entry(at: 2000)
    first.starts = [AttemptRecord(stepIndex: 1, number: 1, startedAt: Timestamp(milliseconds: 2000))]
    first.tokens = TokenUsage(prompt: 3, completion: 1)
    try await journal.record(first, of: Self.id)
    #expect(
      await journal.stepResults()[1]
        == StepResult(
          stepID: "b", status: .running, attempts: 1, startedAt: Timestamp(milliseconds: 2000)))
    var second = entry(at: 3000)
    second.results = [(1, StepResult(stepID: "b", status: .success, output: "done"))]
    try await journal.record(second, of: Self.id)
    #expect(await journal.stepResults()[1].output == "done")
    let job = await journal.job()
    #expect(job.revision == 3)
    #expect(job.changedAt == Timestamp(milliseconds: 3000))
    // An entry that says nothing of tokens leaves them as they were.
    #expect(job.tokens == TokenUsage(prompt: 3, completion: 1))
  }

  @Test func `the last entry ends the job, with its error`() async throws {
    let (journal, _) = try journal()
    var last = entry(at: 4000)
    last.outcome = .failed
    last.error = "step \"a\": boom"
    try await journal.record(last, of: Self.id)
    let job = await journal.job()
    #expect(
      job.state
        == .finished(.failed, since: Timestamp(milliseconds: 1000), at: Timestamp(milliseconds: 4000)))
    #expect(job.error == "step \"a\": boom")
  }
}
