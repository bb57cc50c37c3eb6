import Formats
import MissionModel
import MissionSteps
import Testing

@testable import Sandbox

@Suite struct SafetyReportTests {
  private let catalog = StepCatalog([
    CommandStep.self, CreateFileStep.self, GitStatusStep.self, HTTPStep.self, NoopStep.self,
    ReadFileStep.self,
  ])

  private func report(_ steps: String, _ confinement: Confinement = Confinement()) throws -> SafetyReport {
    let document = "name: x\nsteps:\n\(steps)\n"
    let loaded = try DocumentLoader(catalog: catalog).load(Array(document.utf8))
    var report = SafetyReport(
      loaded.mission, catalog: catalog, judge: PolicyJudge(Policy()), confinement: confinement)
    report.locateDenials(in: Array(document.utf8), loaded.format)
    return report
  }

  @Test func `a step that does nothing risks nothing`() throws {
    let report = try report("  - {id: a, step_type: noop}")
    #expect(report.risk == .low && !report.isDenied)
    #expect(report.steps[0].reasons == ["it changes nothing"] && report.steps[0].unknown == [])
  }

  @Test func `what a step names is listed, and what it hides is said`() throws {
    let report = try report(
      """
        - id: a
          step_type: command
          parameters: {command: "sudo make install", working_dir: src, environment: {T: "{{secret.token}}"}}
        - {id: b, step_type: http, parameters: {url: "https://example.com/{{env.X}}"}}
        - {id: c, step_type: http, parameters: {url: "https://example.com/x"}}
        - {id: d, step_type: git_status}
      """)
    let (a, b, c, d) = (report.steps[0], report.steps[1], report.steps[2], report.steps[3])
    #expect(a.programs == ["sudo", "make"] && a.reads == ["src"] && a.secrets == ["token"])
    #expect(a.risk == .high && a.reasons.contains("it runs programs, and no sandbox encloses them"))
    #expect(b.hosts == [] && b.unknown == ["url has placeholders, which are filled when the step starts"])
    #expect(c.hosts == ["example.com:443"] && c.risk == .medium)
    #expect(d.programs == ["git"])
  }

  @Test func `a sandbox lowers the risk of programs`() throws {
    let step = "  - {id: a, step_type: command, parameters: {command: make}}"
    #expect(try report(step, Confinement(sandbox: .landlock)).risk == .medium)
    #expect(try report(step).risk == .high)
  }

  @Test func `what would be denied stands there with its place`() throws {
    let report = try report(
      """
        - {id: a, step_type: create_file, parameters: {path: ok}}
        - {id: b, step_type: command, parameters: {command: rm -rf /}}
      """)
    #expect(report.isDenied && report.risk == .high)
    let denial = try #require(report.steps[1].denials.first)
    #expect(denial.pointer == "/steps/1/parameters/command" && denial.line == 4 && denial.column > 1)
  }
}
