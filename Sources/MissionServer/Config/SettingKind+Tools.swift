import Formats
import MissionModel

extension SettingKind where Value == [CommandTool] {
  /// Commands that agents may call: `NAME: {description, command: [PROGRAM, "{{argument}}"], parameters}`.
  static var commandTools: SettingKind {
    SettingKind(
      "a map of names, each to {description, command, parameters}", read: read,
      write: { tools in
        .object(
          JSONObject(
            tools.map { tool in
              (
                tool.name,
                [
                  "description": .string(tool.summary), "command": .array(tool.command.map(JSON.string)),
                  "parameters": tool.parameters,
                ]
              )
            }))
      })
  }

  private static func read(_ value: JSON) -> [CommandTool]? {
    guard let members = value.objectValue else { return nil }
    var tools: [CommandTool] = []
    for (name, member) in members {
      let words = (member["command"]?.arrayValue ?? []).map(\.stringValue)
      let parameters = member["parameters"] ?? ["type": "object", "properties": [:]]
      let known: Set<String> = ["description", "command", "parameters"]
      guard Identifier.isValid(name), let summary = member["description"]?.stringValue, !words.isEmpty,
        parameters["type"] == "object", let keys = member.objectValue?.keys, known.isSuperset(of: keys)
      else { return nil }
      let command = words.compactMap { $0 }
      guard command.count == words.count else { return nil }
      tools.append(CommandTool(name: name, summary: summary, command: command, parameters: parameters))
    }
    return tools
  }
}
