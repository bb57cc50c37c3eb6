import Formats
package import MissionModel

/// The sign that a started process is ready: `{port: 8080, timeout_seconds: 10}`.
package struct ReadyParameter: Sendable, Equatable {
  /// What to wait for.
  package var readiness: StartOptions.Readiness
  /// For how long.
  package var timeoutSeconds: Int

  /// Seconds that a process has by default.
  package static let defaultTimeoutSeconds = 30
}

extension ParameterKind where Value == ReadyParameter {
  /// One of `port`, `log_pattern` and `file`, and how long to wait for it.
  package static var ready: ParameterKind {
    ParameterKind(
      expectation: "{port}, {log_pattern} or {file}, and timeout_seconds",
      schema: [
        "type": "object", "additionalProperties": false,
        "properties": [
          "port": ["type": "integer", "minimum": 1, "maximum": 65535], "log_pattern": ["type": "string"],
          "file": ["type": "string"],
          "timeout_seconds": [
            "type": "integer", "minimum": 1, "default": JSON(ReadyParameter.defaultTimeoutSeconds),
          ],
        ],
        "oneOf": [["required": ["port"]], ["required": ["log_pattern"]], ["required": ["file"]]],
      ], stand: ReadyParameter(readiness: .immediately, timeoutSeconds: 1), encode: { _ in .null }
    ) { value, rules in
      guard let object = value.objectValue else { return nil }
      var ready = ReadyParameter(
        readiness: .immediately, timeoutSeconds: ReadyParameter.defaultTimeoutSeconds)
      var signs = 0
      for (key, member) in object where !member.isNull {
        rules.path = "/" + JSONPointer.escape(key)
        switch key {
        case "port":
          guard let port = whole(member, 1...65535, &rules) else { return nil }
          ready.readiness = .port(port)
        case "log_pattern":
          guard let text = text(member, &rules) else { return nil }
          ready.readiness = .logPattern(text)
        case "file":
          guard let text = text(member, &rules) else { return nil }
          ready.readiness = .file(text)
        case "timeout_seconds":
          guard let seconds = whole(member, 1...86_400, &rules) else { return nil }
          ready.timeoutSeconds = seconds
          continue
        default:
          rules.message = "unknown member; known are port, log_pattern, file and timeout_seconds"
          return nil
        }
        signs += 1
      }
      rules.path = ""
      guard signs == 1 else {
        rules.message = "needs exactly one of port, log_pattern and file"
        return nil
      }
      return ready
    }
  }

  private static func whole(_ value: JSON, _ range: ClosedRange<Int>, _ rules: inout ReadingRules) -> Int? {
    if case .string(let text) = value, rules.isOpen(text) { return range.lowerBound }
    let number: Int64? =
      if case .string(let text) = value, rules.converts { Int64(text) } else { value.integerValue }
    if let number, let whole = Int(exactly: number), range.contains(whole) { return whole }
    rules.message =
      "expected a whole number from \(range.lowerBound) to \(range.upperBound), not \(value.excerpt)"
    return nil
  }

  private static func text(_ value: JSON, _ rules: inout ReadingRules) -> String? {
    if let text = value.stringValue, !text.isEmpty { return text }
    rules.message = "expected a string that is not empty, not \(value.excerpt)"
    return nil
  }
}
