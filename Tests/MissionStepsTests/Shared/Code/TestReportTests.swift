import Formats
import MissionSteps
import Testing

@Suite struct TestReportTests {
  @Test func `counts add up, and the first failure is quoted by its first line`() {
    var report = TestReport(passed: 2, skipped: 1)
    report.fail("a", "one\ntwo")
    report.add(TestReport(failed: 1, failures: [.init(name: "b")]))
    #expect(report.total == 5)
    #expect(report.sentence == "2 of 5 tests failed: a: one")
    #expect(report.failures.map(\.name) == ["a", "b"])
    #expect(report.fields.map(\.0) == ["passed", "failed", "skipped", "total", "failures"])
  }
}
