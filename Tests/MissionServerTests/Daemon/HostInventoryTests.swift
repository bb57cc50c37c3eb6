import Formats
import MissionModel
import MissionSteps
import Sandbox
import TestSupport
import Testing

@testable import MissionServer

@Suite struct HostInventoryTests {
  private func missing(_ path: String, _ name: String) throws -> [Requirement] {
    let type = try #require(StepCatalog.builtin.declarations.first { $0.name == name })
    return HostInventory(path: path).missing(of: type)
  }

  @Test func `a program is one that may be run, in any folder of PATH`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "git")
    #expect(try missing(directory.path, "git_status") == GitStatusStep.requirements)
    try directory.write("", to: "git", mode: 0o755)
    #expect(try missing("/none:\(directory.path)", "git_status") == [])
    #expect(try missing("", "git_status") == GitStatusStep.requirements)
  }

  @Test func `a library is found without PATH`() throws {
    #expect(try missing("", "parse_xml") == [])
  }

  @Test func `what a mission cannot do here yet is a warning, once for each type`() throws {
    let text = """
      name: x
      steps:
        - { id: a, step_type: noop }
        - { id: b, step_type: git_status }
        - { id: c, step_type: GitStatus }
        - { id: d, step_type: compile_code }
      """
    let loader = DocumentLoader(
      catalog: .builtin,
      review: Configuration().review(
        host: ConfinementHost(landlock: .success(7), bubblewrap: { .success("/usr/bin/bwrap") }),
        findJudge: { PolicyJudge(Policy()) }, inventory: HostInventory(path: "")))
    let loaded = try loader.load(Array(text.utf8))
    #expect(
      loaded.warnings.map { "\($0.pointer): \($0.message); \($0.hint ?? "")" } == [
        "/steps/1/step_type: git_status needs git, which is not on this host; install git before the step starts"
      ])
  }

  @Test(
    arguments: [
      (CommandStep.self, "{ command: tset -x }", ["/parameters/command: \"tset\" is no program in PATH"]),
      (
        CommandStep.self, "{ command: tset, args: [] }",
        ["/parameters/command: \"tset\" is no program in PATH"]
      ),
      (ProcessStartStep.self, "{ command: tset }", ["/parameters/command: \"tset\" is no program in PATH"]),
      (ReadFileStep.self, "{ path: /none/a }", ["/parameters/path: \"/none/a\" does not exist"]),
      (ParseJSONStep.self, "{ input_file: /none/a }", ["/parameters/input_file: \"/none/a\" does not exist"]),
      // What is there, what nobody can know yet, and what is not looked for in PATH.
      (CommandStep.self, "{ command: make all }", []), (CommandStep.self, "{ command: \"{{x}} a\" }", []),
      (CommandStep.self, "{ command: ./tset }", []), (CommandStep.self, "{ command: tset, shell: true }", []),
      (CommandStep.self, "{ command: tset, environment: { PATH: /opt/bin } }", []),
      (ReadFileStep.self, "{ path: a }", []), (ReadFileStep.self, "{ path: \"/none/{{x}}\" }", []),
      (CreateFileStep.self, "{ path: /none/a }", []), (ListDirectoryStep.self, "{ path: / }", []),
    ] as [(any StepType.Type, String, [String])])
  func `what a step names and this host lacks is a warning`(
    type: any StepType.Type, parameters: String, said: [String]
  ) throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "make", mode: 0o755)
    let given = try #require(try YAMLParser.parse(Array(parameters.utf8)).objectValue)
    let warnings = HostInventory(path: directory.path).warnings(StepDeclaration(type), given)
    #expect(warnings.map { "\($0.pointer): \($0.message)" } == said)
    #expect(warnings.allSatisfy { $0.severity == .warning && $0.hint != nil })
  }

  @Test func `one of several programs is enough`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("", to: "clang", mode: 0o755)
    let missing = try missing(directory.path, "compile_code").map(\.package)
    #expect(!missing.contains("gcc"))
    #expect(missing.contains("g++"))
  }
}
