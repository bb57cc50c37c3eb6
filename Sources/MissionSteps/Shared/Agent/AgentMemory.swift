import Formats
import MissionModel

/// Everything that an agent knows between two turns; what a checkpoint keeps.
struct AgentMemory: Sendable, Equatable {
  /// One call of a tool, or the last thought.
  struct Entry: Sendable, Equatable {
    var thought: String
    var tool: String?
    var arguments: JSON
    var observation: String?

    var json: JSON {
      [
        "thought": .string(thought), "tool": JSON(tool), "arguments": arguments,
        "observation": JSON(observation),
      ]
    }
  }

  var turns: [ChatTurn]
  var transcript: [Entry] = []
  var iterations = 0
  var usage = TokenUsage()
  /// Calls of the last answer that have no result yet.
  var pending: [ToolCall] = []
  /// What the model thought when it made them.
  var thought = ""
  /// Whether tools are described and called in plain text, since the model has no other way.
  var usesText = false

  /// Begins with what the agent is asked.
  init(_ objective: String) { turns = [.user(objective)] }

  /// The tools that were called, in the order of their first calls.
  var toolsUsed: [String] {
    transcript.compactMap(\.tool).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  // MARK: Checkpoints

  /// Goes on from a checkpoint; nil where it is none.
  init?(_ stored: JSON?) {
    guard let stored, let turns = stored["turns"]?.arrayValue, !turns.isEmpty else { return nil }
    self.turns = turns.compactMap(Self.turn)
    guard self.turns.count == turns.count else { return nil }
    transcript = (stored["transcript"]?.arrayValue ?? []).map { entry in
      Entry(
        thought: entry["thought"]?.stringValue ?? "", tool: entry["tool"]?.stringValue,
        arguments: entry["arguments"] ?? .null, observation: entry["observation"]?.stringValue)
    }
    iterations = Int(clamping: stored["iterations"]?.integerValue ?? 0)
    usage = TokenUsage(
      prompt: Int(clamping: stored["prompt_tokens"]?.integerValue ?? 0),
      completion: Int(clamping: stored["completion_tokens"]?.integerValue ?? 0))
    pending = (stored["pending"]?.arrayValue ?? []).map(Self.call)
    thought = stored["thought"]?.stringValue ?? ""
    usesText = stored["uses_text"] == true
  }

  /// What a checkpoint keeps.
  var json: JSON {
    [
      "turns": .array(turns.map(Self.json)), "transcript": .array(transcript.map(\.json)),
      "iterations": JSON(iterations), "prompt_tokens": JSON(usage.prompt),
      "completion_tokens": JSON(usage.completion), "pending": .array(pending.map(Self.json)),
      "thought": .string(thought), "uses_text": .bool(usesText),
    ]
  }

  private static func json(_ turn: ChatTurn) -> JSON {
    switch turn {
    case .user(let text): ["user": .string(text)]
    case .assistant(let text, let calls): ["assistant": .string(text), "calls": .array(calls.map(json))]
    case .results(let results):
      [
        "results": .array(
          results.map { result in
            [
              "id": .string(result.callID), "name": .string(result.name), "text": .string(result.text),
              "is_error": .bool(result.isError),
            ]
          })
      ]
    }
  }

  private static func turn(_ value: JSON) -> ChatTurn? {
    if let text = value["user"]?.stringValue { return .user(text) }
    if let text = value["assistant"]?.stringValue {
      return .assistant(text, calls: (value["calls"]?.arrayValue ?? []).map(call))
    }
    return value["results"]?.arrayValue.map { results in
      .results(
        results.map { result in
          ToolResult(
            callID: result["id"]?.stringValue ?? "", name: result["name"]?.stringValue ?? "",
            text: result["text"]?.stringValue ?? "", isError: result["is_error"] == true)
        })
    }
  }

  private static func json(_ call: ToolCall) -> JSON {
    ["id": .string(call.id), "name": .string(call.name), "arguments": call.arguments, "seal": call.seal]
  }

  private static func call(_ value: JSON) -> ToolCall {
    ToolCall(
      id: value["id"]?.stringValue ?? "", name: value["name"]?.stringValue ?? "",
      arguments: value["arguments"] ?? [:], seal: value["seal"] ?? .null)
  }
}
