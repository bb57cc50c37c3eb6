import Formats
import Testing

@testable import MissionSteps

@Suite struct CSVStageTests {
  @Test(arguments: [(999, 999), (1000, 1000), (1001, 1000)])
  func `problems are listed up to a limit and all counted`(count: Int, listed: Int) {
    let problems = CSVProblems()
    for line in 0..<count { problems.add(line: line + 2, column: "a", "is empty") }
    #expect(problems.count == count && problems.list.count == listed)
    #expect(problems.first == "line 2: column \"a\": is empty")
    #expect(problems.list[0] == ["line": 2, "column": "a", "message": "is empty"])
  }
}
