import Formats
package import MissionModel

/// What the parameters of a step name, by what its type declares of them: the input of policy and report.
struct NamedThings: Sendable {
  /// A value and the parameter that gave it.
  struct Thing<Value: Sendable>: Sendable {
    let parameter: String
    let value: Value
  }

  var reads: [Thing<String>] = []
  var writes: [Thing<String>] = []
  var commands: [Thing<[SimpleCommand]>] = []
  var hosts: [Thing<(name: String, port: Int?)>] = []
  /// Parameters with placeholders that are not filled yet.
  var open: [String] = []
  /// The port that stands beside a host.
  private let besidePort: Int?

  /// Looks at what `parameters` give for what `type` declares.
  ///
  /// - Parameter isFilled: whether braces are just braces, since the placeholders have been filled.
  init(_ type: StepDeclaration, _ parameters: JSONObject, isFilled: Bool) {
    besidePort = type.named.contains { $0.access == .host } ? Self.port(type, parameters) : nil
    for (spellings, access) in type.named {
      for spelling in spellings {
        guard let value = parameters[spelling], !value.isNull else { continue }
        take(value, of: spelling, access, parameters, isFilled)
      }
    }
  }

  private mutating func take(
    _ value: JSON, of name: String, _ access: ParameterAccess, _ parameters: JSONObject, _ isFilled: Bool
  ) {
    let texts = value.arrayValue?.compactMap(\.stringValue) ?? value.stringValue.map { [$0] } ?? []
    if access == .program || access == .shellCommand {
      if !isFilled, texts.contains(where: Self.isOpen) { open.append(name) }
      let usesShell = access == .shellCommand || parameters["shell"] == .bool(true)
      if let commands = Self.commands(texts, parameters["args"]?.arrayValue, usesShell: usesShell) {
        self.commands.append(Thing(parameter: name, value: commands))
      }
      return
    }
    for text in texts {
      guard isFilled || !Self.isOpen(text) else {
        open.append(name)
        continue
      }
      switch access {
      case .readPath: reads.append(Thing(parameter: name, value: text))
      case .pathInFolder:
        let folder = parameters["path"]?.stringValue ?? "."
        if !isFilled, Self.isOpen(folder) {
          open.append(name)
        } else {
          reads.append(Thing(parameter: name, value: text.hasPrefix("/") ? text : "\(folder)/\(text)"))
        }
      case .writePath: writes.append(Thing(parameter: name, value: text))
      case .url, .host, .connection:
        if access == .connection, let file = ServerText.file(text) {
          reads.append(Thing(parameter: name, value: file))
        } else if var host = ServerText.hostAndPort(text, isHost: access == .host) {
          if access == .host { host.port = host.port ?? besidePort }
          hosts.append(Thing(parameter: name, value: host))
        }
      case .program, .shellCommand, .secret: break
      }
    }
  }

  /// What the parameter `port` says, or else its default; nil where that is not known yet.
  private static func port(_ type: StepDeclaration, _ parameters: JSONObject) -> Int? {
    guard let declared = type.parameters.first(where: { $0.name == "port" }) else { return nil }
    let value = parameters["port"] ?? declared.fallback
    return value?.integerValue.map { Int(clamping: $0) } ?? value?.stringValue.flatMap { Int($0) }
  }

  static func isOpen(_ text: String) -> Bool { text.utf8.contains(UInt8(ascii: "{")) && text.contains("{{") }

  /// The commands of a line; words with placeholders stay as they are written, and match no rule that asks
  /// for more than `*`.
  private static func commands(_ texts: [String], _ args: [JSON]?, usesShell: Bool) -> [SimpleCommand]? {
    guard let first = texts.first else { return nil }
    if usesShell { return CommandAnalysis.commands("sh", ["-c", texts.joined(separator: " ")]) }
    var words = texts
    if texts.count == 1, args == nil {
      // A line that cannot be split is a problem of its own, which the step type tells.
      do throws(StepFailure) { words = try CommandLine.words(first) } catch { return nil }
    }
    words += (args ?? []).map { $0.stringValue ?? $0.compact }
    guard let program = words.first, !program.hasPrefix("{{") else { return nil }
    return CommandAnalysis.commands(program, Array(words.dropFirst()))
  }
}

/// The server that a URL, a connection string or `host:port` names, or the file.
enum ServerText {
  private static let ports = [
    "http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21, "ftps": 990, "sftp": 22, "ssh": 22,
    "postgres": 5432, "postgresql": 5432, "mysql": 3306, "mariadb": 3306, "redis": 6379, "rediss": 6379,
  ]

  /// The file that a connection string of SQLite names.
  static func file(_ connection: String) -> String? {
    guard let colon = connection.utf8.firstIndex(of: UInt8(ascii: ":")),
      ["sqlite", "sqlite3"].contains(connection[..<colon].lowercased())
    else { return nil }
    var path = connection[connection.utf8.index(after: colon)...]
    if path.hasPrefix("//") { path = path.dropFirst(2) }
    return path.isEmpty || path == ":memory:" ? nil : String(path)
  }

  static func hostAndPort(_ text: String, isHost: Bool) -> (name: String, port: Int?)? {
    var rest = text[...]
    var port: Int?
    if let colon = text.range(of: "://") {
      port = ports[text[..<colon.lowerBound].lowercased()]
      rest = text[colon.upperBound...]
    } else if !isHost {
      // The name of a configured connection, or a file.
      return nil
    }
    let ends = [UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")]
    rest = Substring(rest.utf8.prefix { !ends.contains($0) })
    if let at = rest.utf8.lastIndex(of: UInt8(ascii: "@")) { rest = rest[rest.index(after: at)...] }
    var name = rest
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
      name = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      if rest.hasPrefix(":") { port = Int(rest.dropFirst()) ?? port }
    } else if let colon = rest.utf8.lastIndex(of: UInt8(ascii: ":")),
      colon == rest.utf8.firstIndex(of: UInt8(ascii: ":"))
    {
      name = rest[..<colon]
      port = Int(rest[rest.index(after: colon)...]) ?? port
    }
    return name.isEmpty ? nil : (String(name), port)
  }
}

extension String {
  /// The first place of a text in this one; the standard library without Foundation has none.
  fileprivate func range(of text: String) -> Range<String.Index>? {
    guard let first = text.utf8.first else { return startIndex..<startIndex }
    var rest = utf8[...]
    while let start = rest.firstIndex(of: first) {
      if utf8[start...].starts(with: text.utf8) {
        return start..<utf8.index(start, offsetBy: text.utf8.count)
      }
      rest = utf8[utf8.index(after: start)...]
    }
    return nil
  }
}

extension MissionReview {
  /// The policy's review of submissions and of steps; `judge` gives the policy of the moment.
  package static func policy(_ judge: @escaping @Sendable () -> PolicyJudge) -> MissionReview {
    MissionReview(
      step: { type, parameters, isFilled in judge().problems(type, parameters, isFilled: isFilled) },
      head: { judge().problems(ofHead: $0, at: "") }, mission: { judge().problems(of: $0) })
  }
}

extension PolicyJudge {

  /// What a step may not do, by what its type declares and its parameters name; pointers begin at the step.
  func problems(_ type: StepDeclaration, _ parameters: JSONObject, isFilled: Bool) -> [Problem] {
    if let denial = refusal(ofType: type.name) { return [Problem(denial, at: "/step_type")] }
    // Without effects nothing can be touched, whatever is named.
    guard !type.effects.isEmpty else { return [] }
    let named = NamedThings(type, parameters, isFilled: isFilled)
    var problems: [Problem] = []
    func note(_ denial: PolicyDenial?, _ parameter: String) {
      guard let denial else { return }
      problems.append(Problem(denial, at: "/parameters/" + JSONPointer.escape(parameter)))
    }
    // Filled paths and commands are judged where they lead, by what opens and starts them.
    if !isFilled {
      for thing in named.reads {
        note(refusal(ofPath: thing.value, isWrite: false, workspace: nil), thing.parameter)
      }
      for thing in named.writes {
        note(refusal(ofPath: thing.value, isWrite: true, workspace: nil), thing.parameter)
      }
      for thing in named.commands {
        note(
          refusal(of: thing.value) { leadsOutside(argument: $0, directory: nil, workspace: nil) },
          thing.parameter)
      }
    }
    for thing in named.hosts {
      note(refusal(ofHost: thing.value.name, port: thing.value.port), thing.parameter)
    }
    return problems
  }

  /// What a mission asks for and may not have.
  func problems(of mission: Mission) -> [Problem] {
    guard policy.longestTimeout != nil || policy.mostRetries != nil else { return [] }
    let ofMission = excess(
      mission.config.retryAttempts, policy.mostRetries, at: "/config", key: "retry_attempts")
    return ofMission
      + mission.steps.enumerated().flatMap { place, step in problems(ofHead: step, at: "/steps/\(place)") }
  }

  /// What a step asks for beside its parameters and may not have; `pointer` leads to the step.
  func problems(ofHead step: Step, at pointer: String) -> [Problem] {
    excess(
      step.timeoutSeconds ?? Step.defaultTimeoutSeconds, policy.longestTimeout, at: pointer,
      key: "timeout_seconds")
      + excess(step.retryAttempts, policy.mostRetries, at: pointer, key: "retry_attempts")
  }

  private func excess(_ value: Int?, _ most: Int?, at pointer: String, key: String) -> [Problem] {
    guard let value, let most, value > most else { return [] }
    return [
      Problem(
        denied: "\(pointer)/\(key)", "\(value) is more than policy.limits.\(key), which is \(most)",
        hint: "lower it, or raise the limit in missiond.yaml")
    ]
  }
}

extension Problem {
  fileprivate init(_ denial: PolicyDenial, at pointer: String) {
    self.init(denied: pointer, denial.reason, hint: denial.wayOut)
  }
}
