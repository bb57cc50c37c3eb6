import Formats
import MissionModel
import TestSupport
import Testing

@Suite struct ReferenceCheckTests {
  @Test(
    arguments: [
      ("{{ a.output.x }}", nil), ("{{ steps.a.status }}", nil), ("{{ a_result }}", nil),
      ("{{ timestamp }}", nil),
      ("{{ word }}", nil), ("{{ context.word }}", nil), ("{{ config.fail_fast }}", nil),
      ("{{ env.ANY }}", nil),
      (
        "{{ context.wrod }}",
        "{{ context.wrod }}: no context variable of that name is set before this step; did you mean \"word\"?"
      ),
      ("{{ c.output }}", "{{ c.output }}: step \"b\" does not depend on \"c\"; add \"c\" to depends_on"),
      ("{{ b.output }}", "{{ b.output }}: step \"b\" does not depend on \"b\"; a step cannot name itself"),
      (
        "{{ a.ouput }}",
        "{{ a.ouput }}: a step has output, status, error and duration_ms; did you mean \"a.output\"?"
      ),
      ("{{ steps.aa }}", "{{ steps.aa }}: there is no such step"),
      (
        "{{ a.output | lowr }}", "{{ a.output | lowr }}: there is no filter \"lowr\"; did you mean \"lower\"?"
      ),
      (
        "{{ env.WHO | default('x') }}",
        "{{ env.WHO | default('x') }}: there is no filter \"default('x')\"; write default(\"y\"), with a JSON "
          + "value in the brackets"
      ),
      ("{{ config.nothing_such }}", "{{ config.nothing_such }}: config has no such setting"),
      ("{{ mission.title }}", "{{ mission.title }}: mission has id, name and workspace"),
    ] as [(String, String?)])
  func `placeholders are checked before anything runs`(text: String, expected: String?) {
    let problems = check(text).filter { $0.severity == .error }
    #expect(problems.map(Self.show) == (expected.map { [$0] } ?? []))
    #expect(problems.allSatisfy { $0.pointer == "/steps/1/parameters/message" })
  }

  @Test func `somebody else's template is a warning, and an error where variables are strict`() {
    #expect(
      check("{{ matrix.os }}").map(Self.show) == [
        "{{ matrix.os }} names nothing that missiond knows and stays as it is"
      ])
    #expect(check("{{ matrix.os }}", strict: true).map(\.severity) == [.error])
    #expect(check("{{ matrix.os || 'none' }}").map(\.severity) == [.warning])
  }

  @Test(arguments: [(1, true), (0, false)])
  func `ancestors are looked for until that is too much work`(budget: Int, isRefused: Bool) {
    var limits = Limits()
    limits.maxAncestorWork = budget
    let mission = Mission.sketch([
      StepSketch("z"), StepSketch("a", after: ["z"]), StepSketch("c", after: ["a"]),
      StepSketch("b", after: ["a"], parameters: ["message": "{{ c.output }}"]),
    ])
    var checker = ReferenceCheck(
      mission, catalog: StepCatalog([ScriptedStep.self]), context: [:], limits: limits)
    #expect(checker.run().isEmpty != isRefused)
  }

  @Test func `a context variable cannot be called like a step or a root`() {
    let mission = Mission.sketch([StepSketch("a")])
    var checker = ReferenceCheck(
      mission, catalog: StepCatalog([ScriptedStep.self]), context: ["a": 1, "env": 2], limits: Limits())
    #expect(
      checker.run().map(Self.show) == [
        "\"a\" is the id of a step; choose another name", "\"env\" is a reserved word; choose another name",
      ])
  }

  private func check(_ text: String, strict: Bool = false) -> [Problem] {
    let mission = Mission.sketch(
      [
        StepSketch("a"), StepSketch("b", after: ["a"], parameters: ["message": .string(text)]),
        StepSketch("c"),
      ],
      context: ["word": "x"]
    ) { $0.strictVariables = strict }
    var checker = ReferenceCheck(
      mission, catalog: StepCatalog([ScriptedStep.self]), context: [:], limits: Limits())
    return checker.run()
  }

  private static func show(_ problem: Problem) -> String {
    problem.message + (problem.hint.map { "; \($0)" } ?? "")
  }
}
