import Formats
package import MissionModel

/// A conversation as missions write it: a list of `{role, content}`.
package struct ChatMessages: Sendable, Equatable {
  /// The instructions of all messages of the role `system`.
  package var system: String?
  package var turns: [ChatTurn] = []

  /// An empty conversation.
  package init() {}

  /// Reads messages; nil where one has not the form, whose place `path` says then.
  init?(_ messages: [JSON], path: inout String) {
    var instructions: [String] = []
    var names: [String: String] = [:]
    for (place, message) in messages.enumerated() {
      path = "/\(place)"
      let content = message["content"]?.stringValue
      switch message["role"]?.stringValue {
      case "system", "developer":
        guard let content else { return nil }
        instructions.append(content)
      case "user":
        guard let content else { return nil }
        turns.append(.user(content))
      case "assistant":
        let calls = (message["tool_calls"]?.arrayValue ?? []).map(Self.call)
        guard content != nil || !calls.isEmpty else { return nil }
        for call in calls { names[call.id] = call.name }
        turns.append(.assistant(content ?? "", calls: calls))
      case "tool":
        guard let content, let id = message["tool_call_id"]?.stringValue else { return nil }
        let result = ToolResult(callID: id, name: names[id] ?? "", text: content)
        if case .results(let earlier)? = turns.last {
          turns[turns.count - 1] = .results(earlier + [result])
        } else {
          turns.append(.results([result]))
        }
      default: return nil
      }
    }
    guard !turns.isEmpty else {
      path = ""
      return nil
    }
    path = ""
    system = instructions.isEmpty ? nil : instructions.joined(separator: "\n\n")
  }

  private static func call(_ value: JSON) -> ToolCall {
    let function = value["function"] ?? value
    let arguments = function["arguments"] ?? [:]
    return ToolCall(
      id: value["id"]?.stringValue ?? "", name: function["name"]?.stringValue ?? "",
      // Arguments that are no JSON stay the text that the model wrote.
      arguments: arguments.stringValue.flatMap { try? JSONParser.parse($0) } ?? arguments)
  }
}

extension ParameterKind where Value == ChatMessages {
  /// `[{role: user, content: …}, …]`, the form that OpenAI made common.
  package static var chatMessages: ParameterKind {
    ParameterKind(
      expectation: "a list of messages, each with role (system, user, assistant or tool) and content",
      schema: [
        "type": "array", "minItems": 1,
        "items": [
          "type": "object", "required": ["role"],
          "properties": [
            "role": ["enum": ["system", "user", "assistant", "tool"]], "content": ["type": "string"],
          ],
        ],
      ], stand: ChatMessages(), encode: { _ in .null }
    ) { value, rules in
      guard let messages = value.arrayValue else { return nil }
      var path = ""
      if let read = ChatMessages(messages, path: &path) { return read }
      rules.path += path
      return nil
    }
  }
}

extension ParameterKind where Value == [ChatTool] {
  /// `[{name, description, parameters}]`, or the same inside OpenAI's `{type: function, function: …}`.
  package static var chatTools: ParameterKind {
    ParameterKind(
      expectation: "a list of tools, each with name, description and parameters (a JSON Schema)",
      schema: ["type": "array", "items": ["type": "object"]], stand: [], encode: { _ in [] }
    ) { value, rules in
      guard let elements = value.arrayValue else { return nil }
      var tools: [ChatTool] = []
      for (place, element) in elements.enumerated() {
        let function = element["function"] ?? element
        guard let name = function["name"]?.stringValue, Identifier.isValid(name) else {
          rules.path += "/\(place)"
          return nil
        }
        tools.append(
          ChatTool(
            name: name, summary: function["description"]?.stringValue ?? "",
            parameters: function["parameters"] ?? ["type": "object", "properties": [:]]))
      }
      return tools
    }
  }
}
