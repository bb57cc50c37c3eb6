import Formats
import MissionModel
import Testing

@testable import MissionServer

@Suite struct StepResultShapeTests {
  private func json(
    _ result: StepResult, _ output: StepResultShape.Output = .value, attempts: [AttemptRecord]? = nil
  ) throws -> JSON {
    var writer = JSONWriter()
    StepResultShape.write(StoredResult(result), output: output, attempts: attempts, to: &writer)
    return try JSONParser.parse(writer.bytes)
  }

  @Test func `a result has all of its members`() throws {
    #expect(
      try json(WireFixture.result) == [
        "step_id": "a", "status": "failed", "output": ["n": 1], "error": "boom", "duration_ms": 12,
        "attempts": 2, "started_at": "2023-11-14T22:13:21.000Z", "finished_at": "2023-11-14T22:13:21.012Z",
        "warnings": ["odd"], "usage": ["user_ms": 1, "system_ms": 2, "max_rss_bytes": 3],
        "tokens": ["prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4],
      ])
  }

  @Test func `a step that has not started has nulls, and no member that only some steps have`() throws {
    #expect(
      try json(StepResult(stepID: "a")) == [
        "step_id": "a", "status": "pending", "output": .null, "error": .null, "duration_ms": 0, "attempts": 0,
        "started_at": .null, "finished_at": .null,
      ])
  }

  @Test func `what stands for an output is itself, its size and place, or nothing`() throws {
    let id = try WireFixture.job().id
    #expect(
      try json(WireFixture.result, .reference(job: id))["output"]
        == ["bytes": 7, "href": .string("/missions/\(id)/steps/a")])
    #expect(try json(StepResult(stepID: "a"), .reference(job: id))["output"] == .null)
    #expect(try json(WireFixture.result, .none)["output"] == nil)
  }

  @Test func `each attempt tells how it ended, one that runs that it does`() throws {
    let attempts = try json(WireFixture.result, attempts: WireFixture.attempts)["attempt_results"]
    #expect(
      attempts == [
        [
          "attempt": 1, "status": "timed_out", "error": "late", "started_at": "2023-11-14T22:13:21.000Z",
          "finished_at": "2023-11-14T22:13:21.005Z", "duration_ms": 5,
        ],
        [
          "attempt": 2, "status": "running", "error": .null, "started_at": "2023-11-14T22:13:21.006Z",
          "finished_at": .null, "duration_ms": .null,
        ],
      ])
  }
}
