import MissionSteps
import Testing

@Suite struct GoTestReportTests {
  @Test func `events are counted, and a test's own words are its message`() {
    let report = GoTestReport.read(
      ToolText.lines(
        #"""
        {"Action":"run","Package":"p","Test":"TestBad"}
        {"Action":"output","Package":"p","Test":"TestBad","Output":"=== RUN   TestBad\n"}
        {"Action":"output","Package":"p","Test":"TestBad","Output":"    a_test.go:4: one\n"}
        {"Action":"fail","Package":"p","Test":"TestBad","Elapsed":0}
        {"Action":"pass","Package":"p","Test":"TestOk"}
        {"Action":"skip","Package":"p","Test":"TestSkip"}
        {"Action":"fail","Package":"p"}
        {"Action":"fail","Package":"q"}
        {"no json
        text
        """#))
    #expect(report.passed == 1)
    #expect(report.skipped == 1)
    #expect(report.failures.map(\.name) == ["p.TestBad", "q"])
    #expect(report.failures[0].message.hasPrefix("a_test.go:4: one"))
  }
}
