import Formats
import Testing

@testable import MissionSteps

@Suite struct CSVStageTests {
  @Test(arguments: [(1, 1, "1 error"), (1000, 1000, "1000 errors"), (1001, 1000, "1001 errors")])
  func `problems are listed up to a limit and all counted`(count: Int, listed: Int, words: String) {
    let problems = CSVProblems()
    for line in 0..<count { problems.add(line: line + 2, column: "a", "is empty") }
    #expect(problems.list.count == listed)
    #expect(problems.summary?.count == words)
    #expect(problems.summary?.first == "line 2: column \"a\": is empty")
    #expect(problems.list[0] == ["line": 2, "column": "a", "message": "is empty"])
  }
}
