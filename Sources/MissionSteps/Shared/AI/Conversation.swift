import Formats
package import MissionModel

/// A model's part in a step: asks, writes what goes and comes into the step's log as the configuration
/// allows, and sums what was used.
package struct Conversation: Sendable {
  private let context: StepContext
  /// What all answers used together.
  package private(set) var usage = TokenUsage()

  /// Speaks for the step of `context`.
  package init(_ context: StepContext) { self.context = context }

  /// Asks, and waits for the whole answer.
  package mutating func ask(_ request: ChatRequest) async throws(StepFailure) -> ChatAnswer {
    do throws(ModelFailure) { return try await askModel(request) } catch { throw error.stepFailure }
  }

  /// The same for a caller that knows what to do about some failures.
  package mutating func askModel(_ request: ChatRequest) async throws(ModelFailure) -> ChatAnswer {
    let (log, keeping) = (context.log, context.models.keeping)
    if keeping.prompts { Self.write(request, to: log) }
    let answer = try await context.models.chat(request) { text in
      if keeping.answers { log.write(.stdout, Array(text.utf8)) }
    }
    if keeping.answers, !answer.text.isEmpty, !answer.text.hasSuffix("\n") { log.write(.stdout, [0x0A]) }
    usage += answer.usage
    if request.temperature != nil, answer.provider == .anthropic {
      context.warn("anthropic takes no temperature any more: it was left out")
    }
    return answer
  }

  /// Only what is new in a request is written: its last turn, and the instructions of the first.
  private static func write(_ request: ChatRequest, to log: StepLog) {
    var lines: [String] = []
    if request.turns.count == 1, let system = request.system { lines.append("system: \(system)") }
    switch request.turns.last {
    case .user(let text): lines.append("user: \(text)")
    case .results(let results): lines += results.map { "\($0.name): \($0.text)" }
    case .assistant, nil: break
    }
    for line in lines { log.write(.stderr, Array("\(line)\n".utf8)) }
  }
}
