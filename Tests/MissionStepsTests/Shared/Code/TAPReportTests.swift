import MissionSteps
import Testing

@Suite struct TAPReportTests {
  @Test func `leaves are counted, suites are not`() {
    let text = """
      TAP version 13
      # Subtest: suite
          # Subtest: inner
          ok 1 - inner
            ---
            duration_ms: 0.1
            ...
          not ok 2 - bad
            ---
            error: '1 == 2'
            ...
          1..2
      not ok 1 - suite
      ok 2 - skipped # SKIP no need
      not ok 3 - later # todo
      not ok 4
      # why it failed
      1..4
      """
    #expect(
      TAPReport.read(ToolText.lines(text))
        == TestReport(
          passed: 2, failed: 2, skipped: 1,
          failures: [
            .init(name: "bad", message: "1 == 2"),
            .init(name: "a test without a name", message: "why it failed"),
          ]))
  }

  @Test func `text without a plan is not TAP`() {
    #expect(TAPReport.read(["ok 1 - a", "okay"]) == nil)
    #expect(TAPReport.read(["1..0"]) == TestReport())
  }
}
