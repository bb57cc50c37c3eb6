import MissionModel
import TestSupport
import Testing

@testable import MissionStore

@Suite(.timeLimit(.minutes(1))) struct StepIDsTests {
  @Test func `pages go over all steps in the document's order`() async throws {
    let table = try await StoreFixture.open()
    let ids = (0..<2500).map { "step_\($0)" }
    try await table.submit(1) { $0.stepIDs = ids }
    var seen: [String] = []
    var next: Int? = 0
    while let first = next {
      let page = try #require(
        try await table.store.steps(of: StoreFixture.id(1), from: first, limit: 300, outputs: .all))
      seen += page.results.map(\.result.stepID)
      #expect(page.results.allSatisfy { $0.result.status == .pending })
      next = page.next
    }
    #expect(seen == ids)
    let step = try await table.store.step("step_2499", of: StoreFixture.id(1), includesOutput: true)
    #expect(step?.stored.result.stepID == "step_2499")
    #expect(try await table.store.step("step_2500", of: StoreFixture.id(1), includesOutput: true) == nil)
    await table.close()
  }
}
