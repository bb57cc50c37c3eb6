import Formats
import MissionModel
import Testing

@testable import MissionServer

@Suite struct JobShapeTests {
  private func json(
    _ job: Job, _ results: [StepResult]? = nil, _ detail: JobDetail = .outputs
  ) throws -> JSON {
    let stored = results.map { $0.map { StoredResult($0) } }
    return try JSONParser.parse(JobShape.bytes(job, results: stored, detail: detail))
  }

  @Test func `a summary has every member in the order of the contract, and no steps`() throws {
    let job = try json(WireFixture.job())
    #expect(
      job.objectValue?.map { $0.0 } == [
        "id", "name", "version", "status", "revision", "labels", "progress", "error", "warnings", "tokens",
        "retried_as", "created_at", "started_at", "finished_at", "total_duration_ms", "timestamp",
      ])
    #expect(job["labels"]?.compact == #"{"a":"1","b":"2"}"#)
    #expect(job["total_duration_ms"] == 2500)
    #expect(job["timestamp"] == "2023-11-14T22:13:23.500Z")
    #expect(job["progress"]?.objectValue?.map { $0.0 }.first == "total")
    #expect(try json(WireFixture.job(), [WireFixture.result], .summary) == job)
  }

  @Test func `missing values are null`() throws {
    var queued = try WireFixture.job(.queued)
    queued.error = nil
    queued.retriedAs = nil
    let job = try json(queued)
    for name in ["error", "retried_as", "started_at", "finished_at", "total_duration_ms"] {
      #expect(job[name] == .null, "\(name)")
    }
    let running = try json(WireFixture.job(.running(since: WireFixture.at(1000))))
    #expect(running["started_at"] == "2023-11-14T22:13:21.000Z")
    #expect(running["total_duration_ms"] == .null)
    // Cancelled while it waited: it took no time.
    let never = try json(WireFixture.job(.finished(.cancelled, since: nil, at: WireFixture.at(2000))))
    #expect(never["started_at"] == .null && never["total_duration_ms"] == 0)
  }

  @Test func `steps are an object by id in document order, with outputs if they are asked for`() throws {
    var second = WireFixture.result
    second.stepID = "A first by name"
    let results = [WireFixture.result, second]
    let whole = try json(WireFixture.job(), results)
    #expect(whole["step_results"]?.objectValue?.map { $0.0 } == ["a", "A first by name"])
    #expect(whole["step_results"]?["a"]?["output"] == ["n": 1])
    let lean = try json(WireFixture.job(), results, .steps)
    #expect(lean["step_results"]?["a"]?["status"] == "failed")
    #expect(lean["step_results"]?["a"]?["output"] == nil)
  }

  @Test func `outputs that are together too large are left out, with their sizes and places`() throws {
    // A string of n characters takes n + 2 bytes as JSON.
    let half = JSON.string(String(repeating: "x", count: JobShape.outputBudget / 2 - 2))
    var (first, second, third) = (WireFixture.result, WireFixture.result, WireFixture.result)
    (first.output, second.output, third.output) = (half, half, .null)
    (second.stepID, third.stepID) = ("b", "c")
    let job = try WireFixture.job()
    let atLimit = try json(job, [first, second, third])["step_results"]
    #expect(atLimit?["a"]?["output"] == half && atLimit?["b"]?["output"] == half)
    third.output = 1
    let above = try json(job, [first, second, third])["step_results"]
    #expect(
      above?["a"]?["output"]
        == ["bytes": JSON(JobShape.outputBudget / 2), "href": .string("/missions/\(job.id)/steps/a")])
    #expect(above?["c"]?["output"] == ["bytes": 1, "href": .string("/missions/\(job.id)/steps/c")])
    // What was not read is not there to be shown, however small the others are.
    var stored = StoredResult(third)
    stored.output = nil
    let left = try JSONParser.parse(JobShape.bytes(job, results: [stored]))["step_results"]
    #expect(left?["c"]?["output"] == ["bytes": 1, "href": .string("/missions/\(job.id)/steps/c")])
  }
}
