import MissionModel
import Posix

extension ProcessesLive {
  private static let mostRealPrograms = 1024

  /// Asks the policy about a command, with all that it starts and where each program really leads.
  ///
  /// - Parameter directory: where the command starts, free of links.
  func judge(
    _ command: Command, _ program: String, in directory: String, _ path: String, _ attempt: Attempt
  ) async throws(StepFailure) {
    var commands = CommandAnalysis.commands(command.program, command.arguments)
    let judge = surroundings.findJudge()
    let isFixed = isOfHost(program)
    // Most commands are one program of PATH that was looked at before, and no rule asks about their files.
    if isFixed, commands.count == 1, let real = realPrograms.withLock({ $0[program] }) {
      commands[0].addName(real)
      if !judge.looksAtFiles(of: commands[0]) {
        return try decide(judge.refusal(of: commands) { _ in false }, command)
      }
    }
    let found = commands
    try await attempt.workspace.piece { () throws(StepFailure) in
      var commands = found
      for place in commands.indices {
        let name = commands[place].names[0]
        let file = place == 0 ? program : name.contains("/") ? name : ProgramFinder.search(name, path) ?? name
        guard let real = ConfinementPlaces.realPath(PathText.normalized(file, in: directory)) else {
          continue
        }
        commands[place].addName(real)
        if place == 0, isFixed { self.remember(real, of: program) }
      }
      let workspace = String(decoding: attempt.workspace.judge.roots.workspace, as: UTF8.self)
      try self.decide(
        judge.refusal(of: commands) {
          judge.leadsOutside(argument: $0, directory: directory, workspace: workspace)
        }, command)
    }
  }

  /// Whether a program is in a folder of the daemon's own PATH: those are the host's, and stay what they are.
  /// A folder of a PATH that the step brought may hold another program the next time.
  private func isOfHost(_ program: String) -> Bool {
    guard let slash = program.lastIndex(of: "/") else { return false }
    return surroundings.environment.path(own: []).split(separator: ":").contains(program[..<slash])
  }

  private func decide(_ denial: PolicyDenial?, _ command: Command) throws(StepFailure) {
    if let denial { throw denial.failure("run \(command.program)") }
  }

  private func remember(_ real: String, of program: String) {
    realPrograms.withLock { known in
      if known.count >= Self.mostRealPrograms { known.removeAll() }
      known[program] = real
    }
  }
}

extension SimpleCommand {
  /// Adds where the program leads: the whole path and its last part.
  fileprivate mutating func addName(_ real: String) {
    let last = real.split(separator: "/").last.map(String.init) ?? real
    for name in [real, last] where !names.contains(name) { names.append(name) }
  }
}
