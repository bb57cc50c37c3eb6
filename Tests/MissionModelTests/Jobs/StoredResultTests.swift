import Formats
import MissionModel
import Testing

@Suite struct StoredResultTests {
  @Test(arguments: [.null, 1, "ä\n", ["a": [1, 2.5, .null]], .object([:])] as [JSON])
  func `an output is bytes and comes back`(output: JSON) throws {
    let result = StepResult(stepID: "a", status: .success, output: output, attempts: 1)
    let stored = StoredResult(result)
    #expect(stored.result == StepResult(stepID: "a", status: .success, attempts: 1))
    #expect(stored.output == (output.isNull ? nil : Array(output.compact.utf8)))
    #expect(stored.outputSize == stored.output?.count ?? 0 && !stored.isLeftOut)
    #expect(try stored.parsed() == result)
  }

  @Test func `an output that was left out is known by its size`() throws {
    let stored = StoredResult(StepResult(stepID: "a"), output: nil, outputSize: 7)
    #expect(stored.isLeftOut)
    #expect(try stored.parsed().output == .null)
  }

  @Test func `bytes that are no JSON are an error`() {
    #expect(throws: JSONError.self) {
      try StoredResult(StepResult(stepID: "a"), output: [1], outputSize: 1).parsed()
    }
  }
}
