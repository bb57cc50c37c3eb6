import Foundation
import Formats
import MissionModel
import MissionSteps
import Posix
import Sandbox
import TestSupport

/// The one process table of these tests.
private let table: ProcessTable = {
  guard let loop = try? EventLoop(name: "tools"), let table = try? ProcessTable(loop: loop, groups: nil)
  else { fatalError("no process table") }
  return table
}()

/// A workspace with sources in it, and steps that really run the host's tools there, without any network.
struct CodeFixture {
  var runner: StepRunner

  /// Writes files, by their paths.
  init(_ files: KeyValuePairs<String, String> = [:]) throws {
    runner = try StepRunner()
    let path = runner.directory.path
    let live = ProcessesLive(
      table: table, slots: ProcessSlots(count: 4),
      surroundings: .init(
        environment: ChildEnvironment(inherited: Self.environment(home: path + "/.home"), passesAll: true),
        killGrace: .milliseconds(200)))
    runner.capabilities.processes = live.capability(
      for: ProcessesLive.Attempt(
        job: JobID("01890000-0000-7000-8000-000000000001")!, step: "step",
        marker: "code-\(UInt64.random(in: 0...UInt64.max))", workspace: try WorkspaceLive(path), log: .none,
        logPath: path + "/.step.log", patterns: .live()))
    for (name, text) in files { try write(text, to: name) }
  }

  /// Caches go with the workspace; toolchains that live in a user's home are still found.
  private static func environment(home: String) -> [String: String] {
    let own = ProcessInfo.processInfo.environment
    let user = own["HOME"] ?? "/root"
    var environment = [
      "PATH": own["PATH"] ?? "/usr/bin:/bin", "HOME": home, "GOPROXY": "off", "GOFLAGS": "-mod=mod",
      "GOTOOLCHAIN": "local", "NODE_PATH": "/usr/share/nodejs", "CARGO_NET_OFFLINE": "true",
      "XDG_CACHE_HOME": home + "/.cache",
    ]
    for (name, folder) in [("RUSTUP_HOME", ".rustup"), ("PYENV_ROOT", ".pyenv")] {
      let path = own[name] ?? user + "/" + folder
      if FileManager.default.fileExists(atPath: path) { environment[name] = path }
    }
    if let version = own["PYENV_VERSION"] { environment["PYENV_VERSION"] = version }
    return environment
  }

  func write(_ text: String, to name: String, mode: UInt32 = 0o644) throws {
    try runner.directory.write(text, to: name, mode: mode)
  }

  /// The same fixture on a host where only some programs are.
  func only(_ programs: String...) -> CodeFixture {
    var fixture = self
    let find = runner.capabilities.processes.find
    fixture.runner.capabilities.processes.find = { name in
      programs.contains(name) ? await find(name) : nil
    }
    return fixture
  }

  /// The same fixture on a host that has no tool but one that scripts/test fetches from PyPI.
  func only(fetched tool: String) throws -> CodeFixture {
    let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().path
    let end = root.range(of: "/Tests/")?.lowerBound ?? root.endIndex
    let program = String(root[..<end]) + "/.build/python/bin/" + tool
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw TestSupportError("\(program) is missing: scripts/test makes it")
    }
    var fixture = self
    let run = runner.capabilities.processes.run
    fixture.runner.capabilities.processes.find = { $0 == tool ? program : nil }
    fixture.runner.capabilities.processes.run = { command throws(StepFailure) in
      var command = command
      if command.program == tool { command.program = program }
      return try await run(command)
    }
    return fixture
  }

  /// What a tool wrote that neither Debian nor PyPI has; its source is named at the top of the file.
  static func recorded(_ name: String) throws -> String {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = here.appendingPathComponent("../../../Fixtures/tools/\(name).txt")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    return lines.filter { !$0.hasPrefix("# ") }.joined(separator: "\n") + "\n"
  }

  /// The same fixture with processes that never run and answer as the test says.
  func scripted(
    _ answer: @escaping @Sendable (Command) -> ProcessOutput = { _ in ProcessOutput(ending: .exited(code: 0))
    }
  ) -> (fixture: CodeFixture, commands: Observed<[Command]>) {
    let scripted = ScriptedProcesses { command in answer(command) }
    var fixture = self
    fixture.runner.capabilities.processes = scripted.processes
    fixture.runner.capabilities.processes.find = { "/usr/bin/" + $0 }
    return (fixture, scripted.commands)
  }

  /// Runs a step and cancels it as soon as the file `began` is there.
  func cancelled(_ type: any StepType.Type, _ parameters: String) async -> StepFailure? {
    let running = Task { await failure { try await runner.run(type, parameters) } }
    let deadline = ContinuousClock.now + .seconds(60)
    while !runner.directory.contains("began"), ContinuousClock.now < deadline { await Task.yield() }
    running.cancel()
    return await running.value
  }
}

extension ProcessOutput {
  /// A process that exited with these words.
  static func words(_ stdout: String, stderr: String = "", code: Int32 = 0) -> ProcessOutput {
    ProcessOutput(ending: .exited(code: code), stdout: Array(stdout.utf8), stderr: Array(stderr.utf8))
  }
}
