import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct SortStageTests {
  @Test func `rows that compare equal keep their order`() throws {
    let result = try rows(of: "a,b\n2,x\n1,y\n2,w\n1,z\n", through: SortStage(by: ["a"], isDescending: false))
    #expect(result.map { $0[1] } == ["b", "y", "z", "x", "w"])
  }

  @Test func `rows that do not fit in memory are told, with the way out`() throws {
    var held = HeldRows(limit: 1 << 20)
    #expect(throws: StepFailure("sort: more than 1 MiB of rows; filter or select before it")) {
      while true {
        try withCell(String(repeating: "x", count: 10_000)) { row, cell in
          var row = row
          row.cells = [cell]
          try held.append(row, for: "sort")
        }
      }
    }
    #expect(held.count == 105)
  }

  @Test func `held rows keep their quotes and lines`() throws {
    var held = HeldRows()
    _ = try rows(of: "a\n", through: CSVStage())
    try withCell("x\"\"y") { row, _ in
      var row = row
      row.line = 7
      row.cells = [CSVCell(0, 4, true)]
      try held.append(row, for: "sort")
    }
    #expect(held.count == 1)
    try held.withRow(0) { row in
      #expect(row.text(row.cells[0]) == "x\"y" && row.line == 7)
    }
  }
}
