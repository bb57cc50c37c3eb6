import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionStore

@Suite(.timeLimit(.minutes(1))) struct StepResultRowTests {
  @Test(arguments: [
    StepResultRow.inlineOutputBytes - 1, StepResultRow.inlineOutputBytes, StepResultRow.inlineOutputBytes + 1,
  ])
  func `a whole result comes back, whatever its output's size`(size: Int) async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1)
    _ = try await table.claim()
    var result = StoreFixture.result("a", .success, output: .string(String(repeating: "x", count: size - 2)))
    result.warnings = ["left a process behind"]
    result.usage = ResourceUsage(userMilliseconds: 1, systemMilliseconds: 2, maxRSSBytes: 3)
    result.tokens = TokenUsage(prompt: 4, completion: 5)
    var entry = StoreFixture.ending()
    entry.results[0].result = result
    try await table.store.record(entry, of: StoreFixture.id(1))
    let page = try await table.store.steps(of: StoreFixture.id(1), from: 0, limit: 1, outputs: .all)
    #expect(page?.results == [StoredResult(result)])
    #expect(
      try await table.count("SELECT count(*) FROM step_outputs")
        == (size > StepResultRow.inlineOutputBytes ? 1 : 0))
    await table.close()
  }
}
