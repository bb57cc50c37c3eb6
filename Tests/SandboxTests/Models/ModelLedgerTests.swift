import MissionModel
import Testing

@testable import Sandbox

@Suite struct ModelLedgerTests {
  @Test func `answers are summed by model, and models past the bound under one name`() {
    let ledger = ModelLedger()
    ledger.add(ModelTarget(provider: .openai, model: "a"), TokenUsage(prompt: 1, completion: 2))
    ledger.add(ModelTarget(provider: .openai, model: "a"), TokenUsage(prompt: 10, completion: 20))
    #expect(
      ledger.sums == [
        .init(provider: "openai", model: "a", requests: 2, tokens: TokenUsage(prompt: 11, completion: 22))
      ])
    for number in 1...200 {
      ledger.add(ModelTarget(provider: .openai, model: "m\(number)"), TokenUsage(prompt: 1))
    }
    #expect(ledger.sums.count == 101)
    #expect(ledger.sums.last?.model == "other")
    #expect(ledger.sums.last?.requests == 101)
  }
}
