import Formats
import Glibc
import MissionCLI
import MissionKit
import MissionModel
import Posix
import Testing

@Suite struct CommandLineToolTests {
  private func run(_ words: String...) async -> (MissionCLI.ExitStatus, output: String, errors: String) {
    let run = await ToolRun(words, input: "name: x\nsteps: [{ id: a, step_tpe: noop }]\n")
    return (run.status, run.output, run.errors)
  }

  @Test func `an unknown command is explained`() async {
    let (status, _, errors) = await run("sumbit")
    #expect(status == .usage)
    #expect(
      errors == "mission: there is no command \"sumbit\"; did you mean \"submit\"?\nsee: mission --help\n")
  }

  @Test func `a result that could not be written is no success`() async {
    let pages = Pages()
    let console = Console(
      write: { _ in }, writeError: { pages.writeError($0) },
      outputFailure: { Errno(ENOSPC, "write", "standard output") })
    #expect(await CommandLineTool.mission.run(["schema"], on: console) == .failed)
    #expect(
      pages.errors
        == "mission: the result is incomplete: write standard output: no space left on device (28)\n")
    #expect(await CommandLineTool.mission.run(["frobnicate"], on: console) == .usage)
  }

  @Test func `flags before the command are told where they go`() async {
    let (status, _, errors) = await run("--server", "http://127.0.0.1:1", "list")
    #expect(status == .usage)
    #expect(
      errors == "mission: the command comes before its flags: mission COMMAND --server\nsee: mission --help\n"
    )
  }

  @Test func `a file that cannot be read is told without the usage of the command`() async {
    let (status, _, errors) = await run("validate", "/nowhere/at/all.yaml")
    #expect(status == .usage)
    #expect(errors == "mission validate: read /nowhere/at/all.yaml: no such file or directory\n")
  }

  @Test(arguments: [["token"], ["token", "--help"], ["help", "token"], ["token", "mkae", "ci"]])
  func `half of a command's name lists those that begin with it`(words: [String]) async {
    let run = await ToolRun(words)
    #expect(run.status == .usage)
    #expect(
      run.errors.contains("; there is \"token make\", \"token list\", \"token revoke\"\n"), "\(run.errors)")
  }

  @Test func `a wrong flag says what, how it is used, and where to read on`() async {
    let (status, _, errors) = await run("list", "--limt", "5")
    #expect(status == .usage)
    #expect(
      errors == """
        mission list: there is no flag --limt; did you mean --limit?
        usage: mission list [FLAGS]
        see: mission list --help

        """)
  }

  @Test func `every subcommand has help with an example that begins with it`() async {
    for subcommand in CommandLineTool.mission.subcommands {
      let (status, output, _) = await run(subcommand.name, "--help")
      #expect(status == .completed)
      #expect(output.hasPrefix(subcommand.summary))
      #expect(subcommand.example.contains("mission \(subcommand.name)"))
      #expect(subcommand.flags.allSatisfy { $0.summary.hasSuffix(".") })
      #expect(output == (await run("help", subcommand.name)).output)
    }
  }

  @Test func `an invalid mission ends with status 3 and names line, column and the way out`() async {
    let (status, _, errors) = await run("validate", "-")
    #expect(status == .invalidMission)
    #expect(errors.contains("<stdin>:2:18: error: /steps/0/step_tpe: "))
    #expect(errors.contains("did you mean \"step_type\"?"))
  }

  @Test func `a server that is not there is status 7`() async {
    let (status, _, errors) = await run("list", "--server", "http://127.0.0.1:1")
    #expect(status == .unreachable)
    #expect(errors.contains("cannot reach http://127.0.0.1:1"))
  }

  @Test func `a page of a step type tells its parameters and shows an example`() async {
    let (status, output, _) = await run("steps", "noop")
    #expect(status == .completed)
    #expect(output.contains("duration_ms"))
    #expect(output.contains("step_type: noop"))
  }

  @Test func `step types are told as JSON where that is asked for`() async throws {
    let (status, output, _) = await run("steps", "--json")
    #expect(status == .completed)
    let types = try JSONParser.parse(output)["step_types"]?.arrayValue ?? []
    #expect(types.count == BuiltinCatalog.catalog.declarations.count)
    let type = try #require(types.first { $0["step_type"] == "git_status" })
    #expect(type["available"] == false)
    #expect(
      type["requirements"] == [
        ["kind": "program", "any_of": ["git"], "package": "git", "essential": true, "met": false]
      ])
    #expect(try JSONParser.parse(await run("steps", "git_status", "--json").output) == type)
  }

  @Test func `the completion script names every command`() async {
    let (_, output, _) = await run("completion")
    for subcommand in CommandLineTool.mission.subcommands { #expect(output.contains(subcommand.name)) }
  }
}
