import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionEngine

@Suite(.timeLimit(.minutes(1))) struct MissionExecutorAuditTests {
  private actor Recorded {
    var entries: [AuditEntry] = []
    func take(_ more: [AuditEntry]) { entries += more }
  }

  private func audited() -> (EngineHarness, Recorded) {
    var harness = EngineHarness()
    let recorded = Recorded()
    harness.services.audit = AuditTrail { entries in await recorded.take(entries) }
    return (harness, recorded)
  }

  @Test func `every attempt's start and end is accounted for in the entries that record it`() async {
    let (harness, _) = audited()
    let mission = Mission.sketch([StepSketch("a"), StepSketch("b", after: ["a"])])
    _ = await harness.run(
      mission, ["b": { _ throws(StepFailure) in throw StepFailure(String(repeating: "x", count: 5000)) }])
    let entries = await harness.journal.entries
    for entry in entries {
      let ended = Set(entry.endings.map(\.stepIndex))
      #expect(entry.audit.filter { $0.action == .stepEnded }.count == ended.count)
      let open = entry.starts.filter { !ended.contains($0.stepIndex) }
      #expect(entry.audit.filter { $0.action == .stepStarted }.count == open.count)
    }
    let audit = entries.flatMap(\.audit)
    let end = audit.last { $0.action == .stepEnded }
    #expect(end?.stepID == "b")
    #expect(end?.attempt == 1)
    #expect(end?.actor == .daemon)
    #expect(end?.details["type"] == "noop")
    #expect(end?.details["ending"] == "failed")
    #expect((end?.details["error"]?.stringValue ?? "").utf8.count < 300)
  }

  @Test func `a retry is accounted for attempt by attempt`() async {
    let (harness, _) = audited()
    let mission = Mission.sketch([StepSketch("a")]) {
      $0.retryAttempts = 1
      $0.retryDelayMilliseconds = 0
    }
    _ = await harness.run(
      mission,
      [
        "a": { context throws(StepFailure) in
          guard context.attempt == 2 else { throw StepFailure("once") }
          return .null
        }
      ])
    let ends = await harness.journal.entries.flatMap(\.audit).filter { $0.action == .stepEnded }
    #expect(ends.map(\.attempt) == [1, 2])
    #expect(ends.map { $0.details["ending"] } == ["failed", "success"])
  }

  @Test func `what the policy refuses is accounted for with its reason`() async {
    let (harness, _) = audited()
    let mission = Mission.sketch([StepSketch("a")])
    _ = await harness.run(
      mission, ["a": { _ throws(StepFailure) in throw StepFailure(.denied, "not this one") }])
    let denials = await harness.journal.entries.flatMap(\.audit).filter { $0.action == .denied }
    #expect(denials.map { $0.details["reason"] } == ["not this one"])
    #expect(denials.map(\.stepID) == ["a"])
  }

  @Test func `a step accounts for what it does before it does it`() async {
    let (harness, recorded) = audited()
    _ = await harness.run(
      Mission.sketch([StepSketch("a")]),
      [
        "a": { context throws(StepFailure) in
          try await context.audit.record(.toolCalled, ["tool": "read_file"])
          return JSON(await recorded.entries.count)
        }
      ])
    #expect(await harness.journal.results["a"]?.output == 1)
    let entry = await recorded.entries[0]
    #expect(entry.action == .toolCalled)
    #expect(entry.stepID == "a")
    #expect(entry.attempt == 1)
    #expect(entry.details["tool"] == "read_file")
  }

  @Test func `a step fails where its account cannot be kept`() async {
    var harness = EngineHarness()
    harness.services.audit = AuditTrail { _ throws(StoreError) in throw StoreError(.unavailable, "disk full")
    }
    _ = await harness.run(
      Mission.sketch([StepSketch("a")]),
      [
        "a": { context throws(StepFailure) in
          try await context.audit.record(.toolCalled, [:])
          return .null
        }
      ])
    #expect(await harness.journal.results["a"]?.error == "write to the audit trail: disk full")
  }

  @Test func `without a trail nothing is accounted for`() async {
    let harness = EngineHarness()
    _ = await harness.run(Mission.sketch([StepSketch("a")]))
    #expect(await harness.journal.entries.flatMap(\.audit).isEmpty)
  }
}
