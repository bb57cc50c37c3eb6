import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct CodeRunTests {
  private func run(_ fixture: CodeFixture, _ environment: StringMap = StringMap()) -> CodeRun {
    let project = CodeProject(path: "p", folder: "p", realFolder: "/w/p", file: nil, files: [])
    return CodeRun(
      project, "lint", environment, fixture.runner.context(StepDeclaration(CompileCodeStep.self)))
  }

  @Test func `tools speak English without colours, and the mission's variables win`() async throws {
    let (fixture, commands) = try CodeFixture().scripted()
    let call = CodeInvocation(.go, ["vet"], .bareErrors, environment: [("A", "1"), ("B", "2")])
    let answer = try await run(fixture, StringMap([("A", "own"), ("TERM", "x")])).run(call)
    let command = try #require(commands.value.first)
    let environment = Dictionary(uniqueKeysWithValues: command.environment.map { ($0.key, $0.value) })
    #expect(environment["LC_ALL"] == "C.UTF-8")
    #expect(environment["A"] == "own")
    #expect(environment["B"] == "2")
    #expect(environment["TERM"] == "x")
    #expect(command.workingDirectory == "p")
    #expect(answer.command == "go vet")
  }

  @Test func `calls are made until one fails`() async throws {
    let (fixture, commands) = try CodeFixture().scripted { command in
      .words(command.arguments[0] + "\n", code: command.arguments[0] == "two" ? 1 : 0)
    }
    let calls = ["one", "two", "three"].map { CodeInvocation(.make, [$0], .colon) }
    let answer = try await run(fixture).run(calls)
    #expect(commands.value.count == 2)
    #expect(answer.stdout == "one\ntwo\n")
    #expect(answer.command == "make one && make two")
    #expect(!answer.succeeded)
  }

  @Test func `the first tool that is there is taken, and all are named where none is`() async throws {
    let fixture = try CodeFixture().scripted().fixture
    #expect(try await run(fixture).choose([.ruff, .flake8]) == .ruff)
    let bare = run(fixture.only())
    let failed = await failure { try await bare.choose([.ruff, .flake8]) }
    #expect(
      failed?.message
        == "lint p: neither ruff nor flake8 are on this host; install ruff of PyPI or the package flake8")
    // A PATH of the mission's own is looked through when the program starts.
    #expect(try await run(fixture.only(), StringMap([("PATH", "/x")])).choose([.ruff]) == .ruff)
  }

  @Test func `a failure quotes the first error, or how the tool ended`() async throws {
    let fixture = try CodeFixture().scripted { _ in .words("", stderr: "a.c:1:2: error: x\n", code: 2) }
      .fixture
    let run = run(fixture)
    let answer = try await run.run(CodeInvocation(.cc, [], .colon))
    let diagnostics = try await run.diagnostics(of: answer)
    #expect(
      run.failure(answer, diagnostics, output: .null).message == "lint p: cc found 1 error: p/a.c:1:2: x")
    #expect(
      run.failure(answer, [], output: .null).message
        == "lint p: run cc: exited with code 2: a.c:1:2: error: x")
  }

  @Test func `a tool that tells all on standard output is quoted by its last line`() async throws {
    let fixture = try CodeFixture().scripted { _ in .words("begin\n== no tests ran ==\n", code: 5) }.fixture
    let run = run(fixture)
    let answer = try await run.run(CodeInvocation(.pytest, [], .python))
    #expect(
      run.failure(answer, [], output: .null).message
        == "lint p: run pytest: exited with code 5: == no tests ran ==")
  }
}
