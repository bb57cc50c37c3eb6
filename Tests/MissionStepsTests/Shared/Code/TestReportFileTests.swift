import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct TestReportFileTests {
  private let runner: StepRunner
  private let context: StepContext

  init() throws {
    runner = try StepRunner()
    context = runner.context(StepDeclaration(RunTestsStep.self))
  }

  @Test func `room is made, and what an earlier run left goes`() async throws {
    try runner.directory.write("old", to: "a/r.xml")
    let file = try await TestReportFile.prepare("a/r.xml", context)
    #expect(file.realPath == runner.directory / "a/r.xml")
    #expect(!runner.directory.contains("a/r.xml"))
    #expect(
      try await TestReportFile.prepare("new/b/r.xml", context).realPath == runner.directory / "new/b/r.xml")
    #expect(try await TestReportFile.prepare("r.xml", context).realPath == runner.directory / "r.xml")
  }

  @Test func `a report that nobody asked for goes again`() async throws {
    let file = try await TestReportFile.prepare(nil, context)
    try runner.directory.write("x", to: String(file.realPath.dropFirst(runner.directory.path.count + 1)))
    await file.conclude(context)
    #expect(runner.directory.entries().isEmpty)
  }

  @Test func `the report of swift-testing gets the name that was asked for, where XCTest wrote none`()
    async throws
  {
    try runner.directory.write("old", to: "a/r-swift-testing.xml")
    let file = try await TestReportFile.prepare("a/r.xml", context)
    #expect(runner.directory.entries("a").isEmpty)
    try runner.directory.write("new", to: "a/r-swift-testing.xml")
    await file.conclude(context)
    #expect(runner.directory.entries("a") == ["r.xml"])
    try runner.directory.write("other", to: "a/r-swift-testing.xml")
    await file.conclude(context)
    #expect(runner.directory.entries("a") == ["r-swift-testing.xml", "r.xml"])
    #expect(try runner.directory.read("a/r.xml") == "new")
  }

  @Test func `a report may not be written outside, nor without a name`() async throws {
    #expect(await failure { try await TestReportFile.prepare("/etc/r.xml", context) }?.kind == .denied)
    #expect(
      await failure { try await TestReportFile.prepare("a/..", context) }?.message
        == "junit_file: \"a/..\" names no file")
  }
}
