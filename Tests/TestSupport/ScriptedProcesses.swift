package import MissionModel

/// Processes that never run: they remember what was asked and answer as the test says.
package final class ScriptedProcesses: Sendable {
  /// The commands that were to run, in order.
  package let commands = Observed<[Command]>([])
  private let answer: @Sendable (Command) async throws(StepFailure) -> ProcessOutput

  /// Answers every command by `answer`.
  package init(
    answer: @escaping @Sendable (Command) async throws(StepFailure) -> ProcessOutput = { _ in
      ProcessOutput(ending: .exited(code: 0))
    }
  ) { self.answer = answer }

  /// The capability that steps are handed.
  package var processes: Processes {
    var processes = Processes.denied
    processes.run = { [self] command throws(StepFailure) in
      commands.update { $0.append(command) }
      return try await answer(command)
    }
    return processes
  }
}
