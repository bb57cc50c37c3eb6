import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct JUnitReportTests {
  private func read(_ text: String) async throws -> TestReport? {
    let xml = try StepRunner().capabilities.xml
    return JUnitReport.read(try await xml.process(XMLRequest("report", Array(text.utf8))).root)
  }

  @Test func `cases are counted in suites of any depth`() async throws {
    let report = try await read(
      """
      <testsuites><testsuite><testcase classname="A" name="ok"/><testsuite>
        <testcase classname="A" name="bad"><failure message="1 != 2">trace</failure></testcase>
        <testcase classname="x" name="x"><error>boom</error></testcase>
        <testcase name="s"><skipped/></testcase></testsuite></testsuite></testsuites>
      """)
    #expect(
      report
        == TestReport(
          passed: 1, failed: 2, skipped: 1,
          failures: [.init(name: "A.bad", message: "1 != 2"), .init(name: "x", message: "boom")]))
  }

  @Test func `another document is no report`() async throws {
    #expect(try await read("<html/>") == nil)
    #expect(JUnitReport.read(.null) == nil)
  }
}
