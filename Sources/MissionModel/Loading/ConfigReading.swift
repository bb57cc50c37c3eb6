import Formats

extension FieldReader {
  private static let spellings = [
    "max_parallel_steps": "max_concurrent_steps", "max_parallel": "max_concurrent_steps",
    "parallel_limit": "max_concurrent_steps", "retry_count": "retry_attempts",
  ]

  private static let configFields = [
    "timeout_seconds", "fail_fast", "max_concurrent_steps", "retry_attempts", "retry_delay_ms",
    "retry_backoff",
    "strict_variables", "settings", "workspace", "sandbox", "limits",
  ]

  /// The name of a config field, whichever of its spellings `key` is.
  static func canonicalConfigField(_ key: String) -> String { spellings[key] ?? key }

  /// Reads the `config` map.
  mutating func config(_ value: JSON) -> MissionConfig {
    var config = MissionConfig()
    guard let members = map(value, at: "/config") else { return config }
    var seen: [String: String] = [:]
    for (key, value) in members {
      let name = Self.canonicalConfigField(key)
      if let other = seen.updateValue(key, forKey: name) {
        problems.add(
          at: "/config/" + JSONPointer.escape(key), "is another spelling of \"\(other)\", which is given too",
          hint: "keep one of them", concernsKey: true)
        continue
      }
      read(name, spelledAs: key, value, into: &config)
    }
    return config
  }

  private mutating func read(
    _ name: String, spelledAs key: String, _ value: JSON, into config: inout MissionConfig
  ) {
    let pointer = "/config/" + JSONPointer.escape(key)
    let anyNumber = 0...Self.largestNumber
    switch name {
    case "timeout_seconds":
      config.timeoutSeconds = integer(value, in: 1...Self.largestNumber, at: pointer)
    case "fail_fast": config.failFast = bool(value, at: pointer) ?? config.failFast
    case "max_concurrent_steps": config.maxConcurrentSteps = integer(value, in: 1...256, at: pointer)
    case "retry_attempts":
      config.retryAttempts = integer(value, in: anyNumber, at: pointer) ?? config.retryAttempts
    case "retry_delay_ms":
      config.retryDelayMilliseconds =
        integer(value, in: anyNumber, at: pointer) ?? config.retryDelayMilliseconds
    case "retry_backoff":
      config.retryBackoff = number(value, in: 0...1000, at: pointer) ?? config.retryBackoff
    case "strict_variables": config.strictVariables = bool(value, at: pointer) ?? config.strictVariables
    case "settings": config.settings = settings(value)
    case "workspace": config.workspace = workspace(value)
    case "sandbox": config.sandbox = choice(value, MissionConfig.Sandbox.self, at: pointer)
    case "limits": config.limits = processLimits(value)
    default: unknown(key, in: "/config", known: Self.configFields)
    }
  }

  private mutating func settings(_ value: JSON) -> JSONObject {
    guard let members = map(value, at: "/config/settings") else { return [:] }
    for (key, value) in members {
      switch value {
      case .null, .bool, .integer, .double, .decimal, .string: break
      case .array, .object:
        expected(
          "a string, number or bool", value, at: "/config/settings/" + JSONPointer.escape(key),
          hint: "lists and maps belong into \"context\"")
      }
    }
    return members
  }

  private mutating func workspace(_ value: JSON) -> String? {
    guard let path = string(value, at: "/config/workspace") else { return nil }
    guard path.hasPrefix("/") else {
      expected("an absolute path", value, at: "/config/workspace")
      return nil
    }
    return path
  }

  private mutating func processLimits(_ value: JSON) -> MissionConfig.ProcessLimits {
    var limits = MissionConfig.ProcessLimits()
    guard let members = map(value, at: "/config/limits") else { return limits }
    for (key, value) in members {
      let pointer = "/config/limits/" + JSONPointer.escape(key)
      switch key {
      case "memory_bytes": limits.memoryBytes = integer(value, in: 1...Int.max, at: pointer)
      case "cpu_seconds": limits.cpuSeconds = integer(value, in: 1...Int.max, at: pointer)
      case "processes": limits.processes = integer(value, in: 1...Int.max, at: pointer)
      case "open_files": limits.openFiles = integer(value, in: 1...Int.max, at: pointer)
      case "file_bytes": limits.fileBytes = integer(value, in: 1...Int.max, at: pointer)
      default:
        unknown(
          key, in: "/config/limits",
          known: ["memory_bytes", "cpu_seconds", "processes", "open_files", "file_bytes"])
      }
    }
    return limits
  }
}
