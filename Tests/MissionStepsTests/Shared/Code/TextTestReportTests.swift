import MissionSteps
import Testing

@Suite struct TextTestReportTests {
  @Test func `cargo's lines are counted, with the words of a failure`() {
    let text = """
      test ok ... ok
      test skip ... ignored, because
      test tests::bad ... FAILED
      test src/lib.rs - f (line 3) ... ok

      failures:

      ---- tests::bad stdout ----
      thread 'bad' panicked at src/lib.rs:2:19:
      one
      stack backtrace:
         0: x

      test result: FAILED. 2 passed; 1 failed
      """
    #expect(
      TextTestReport.cargo(ToolText.lines(text))
        == TestReport(
          passed: 2, failed: 1, skipped: 1,
          failures: [
            .init(name: "tests::bad", message: "thread 'bad' panicked at src/lib.rs:2:19:\none")
          ]))
  }

  @Test func `both of Swift's runners are read, each by its own lines`() {
    let text = """
      Test Suite 'A' started at 2026-11-23 07:50:32.265
      Test Case 'A.testOk' passed (0.1 seconds)
      /p/Tests/X.swift:4: error: A.testBad : XCTAssertEqual failed: ("1") is not equal to ("2") - no
      /p/Tests/X.swift:5: error: A.testBad : XCTAssertTrue failed - no
      Test Case 'A.testBad' failed (0.1 seconds)
      Test Case 'A.testSkip' skipped (0.0 seconds)
      Test Suite 'A' failed at 2026-11-23 07:50:32.267
      ◇ Test bad() started.
      ➜ Test skip() skipped: "no"
      ✘ Test bad() recorded an issue at T.swift:4:20: Expectation failed
      ✘ Test bad() failed after 0.001 seconds with 1 issue.
      ✔ Test ok() passed after 0.001 seconds.
      ✔ Test another() passed after 0.001 seconds.
      ✔ Suite S passed after 0.001 seconds.
      ✘ Test run with 4 tests in 1 suite failed after 0.001 seconds with 1 issue.
      """
    #expect(
      TextTestReport.xctest(ToolText.lines(text))
        == TestReport(
          passed: 1, failed: 1, skipped: 1,
          failures: [
            .init(
              name: "A.testBad",
              message: """
                X.swift:4: XCTAssertEqual failed: ("1") is not equal to ("2") - no
                X.swift:5: XCTAssertTrue failed - no
                """)
          ]))
    #expect(
      TextTestReport.swiftTesting(ToolText.lines(text))
        == TestReport(
          passed: 2, failed: 1, skipped: 1,
          failures: [.init(name: "bad()", message: "T.swift:4:20: Expectation failed")]))
  }

  @Test func `automake's, Maven's and npm's summaries are read`() {
    let automake = ["# TOTAL: 4", "# PASS:  2", "# SKIP:  1", "# XFAIL: 0", "# FAIL:  1", "FAIL: a.sh"]
    #expect(
      TextTestReport.automake(automake.map { $0[...] })
        == TestReport(passed: 2, failed: 1, skipped: 1, failures: [.init(name: "a.sh")]))
    #expect(TextTestReport.automake(["all good"]) == nil)
    #expect(
      TextTestReport.maven(["[WARNING] Tests run: 5, Failures: 1, Errors: 1, Skipped: 1"])
        == TestReport(passed: 2, failed: 2, skipped: 1))
    for lines in [
      ["Tests:       1 failed, 1 skipped, 2 passed, 4 total"],
      ["  2 passing (3ms)", "  1 pending", "  1 failing"],
      ["ℹ pass 2", "ℹ fail 1", "ℹ skipped 1"],
    ] {
      #expect(
        TextTestReport.node(lines.map { $0[...] }) == TestReport(passed: 2, failed: 1, skipped: 1))
    }
  }

  @Test func `unittest's summary and blocks are read`() {
    let text = """
      ======================================================================
      FAIL: test_bad (a.A)
      ----------------------------------------------------------------------
      Traceback (most recent call last):
      AssertionError: 1 != 2

      ----------------------------------------------------------------------
      Ran 3 tests in 0.000s

      FAILED (failures=1, skipped=1)
      """
    #expect(
      TextTestReport.unittest(ToolText.lines(text))
        == TestReport(
          passed: 1, failed: 1, skipped: 1,
          failures: [.init(name: "test_bad (a.A)", message: "AssertionError: 1 != 2")]))
  }
}
