import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct RowStagesTests {
  @Test func `keys of different rows differ, however their cells are cut`() throws {
    let result = try rows(of: "a,b\n1,23\n12,3\n1,23\n", through: DeduplicateStage(by: []))
    #expect(result == [["a", "b"], ["1", "23"], ["12", "3"]])
  }

  @Test func `a quoted cell equals a plain one`() throws {
    let result = try rows(of: "a\n1\n\"1\"\n", through: DeduplicateStage(by: ["a"]))
    #expect(result.count == 2)
  }

  @Test func `rows that do not fit in memory are told, with the way out`() throws {
    let table = "a\n" + (0..<20_000).map { "\($0)\n" }.joined()
    #expect(
      throws: StepFailure(
        "deduplicate: more than 1 MiB of different rows; name fewer columns with by")
    ) { try rows(of: table, through: DeduplicateStage(by: [], limit: 1 << 20)) }
  }

  @Test func `head wants no more than it lets through`() throws {
    let head = HeadStage(1)
    #expect(head.wantsMore)
    _ = try rows(of: "a\n1\n2\n", through: head)
    #expect(!head.wantsMore)
  }

  @Test func `select may take a column twice`() throws {
    #expect(try rows(of: "a,b\n1,2\n", through: SelectStage(["b", "b"])) == [["b", "b"], ["2", "2"]])
  }
}
