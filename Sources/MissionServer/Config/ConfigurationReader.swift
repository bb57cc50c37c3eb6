import Formats

/// Puts a configuration together: the file, then variables, then flags, each over what came before.
package struct ConfigurationReader: Sendable {
  /// What was read so far.
  package private(set) var configuration = Configuration()
  /// What was wrong with it.
  package private(set) var problems: [ConfigurationProblem] = []
  /// Who said the value of a setting last, for what only the host can tell to be wrong.
  private var sources: [String: Source] = [:]

  private enum Source {
    case file(path: String, bytes: [UInt8], pointer: JSONPointer)
    case other(ConfigurationProblem.Source)
  }

  /// Variables that are no settings: where the file is, and what `mission` reads.
  private static let otherVariables: Set<String> = ["MISSIOND_CONFIG", "MISSIOND_URL", "MISSIOND_TOKEN"]

  /// Starts with the defaults.
  package init() {}

  /// Reads everything, or says all that is wrong.
  ///
  /// - Parameters:
  ///   - file: the path, as errors name it, and the content of the file; nil where there is none.
  ///   - environment: all variables; those that begin with `MISSIOND_` are settings.
  ///   - flags: settings given by flags, with the flags' spelling and values.
  ///   - check: looks at the host for what is wrong with values that are right in themselves.
  package static func read(
    file: (path: String, bytes: [UInt8])?, environment: [String: String], flags: [(Setting, String)] = [],
    check: (Configuration) -> [SettingProblem] = { _ in [] }
  ) throws(ConfigurationError) -> Configuration {
    var reader = ConfigurationReader()
    if let file { reader.take(file: file.path, file.bytes) }
    reader.take(environment: environment)
    for (setting, value) in flags { reader.take(flag: setting, value) }
    if reader.problems.isEmpty { reader.take(check(reader.configuration)) }
    guard reader.problems.isEmpty else { throw ConfigurationError(reader.problems) }
    return reader.configuration
  }

  // MARK: The file

  /// Reads a file's content.
  package mutating func take(file path: String, _ bytes: [UInt8]) {
    let document: JSON
    do throws(YAMLError) {
      document = try YAMLParser.parse(bytes)
    } catch {
      return problems.append(
        ConfigurationProblem(
          .file(path, line: error.position.line, column: error.position.column), error.message))
    }
    if document.isNull { return }
    var walk = Walk(configuration: configuration)
    walk.visit(document, key: "", pointer: JSONPointer())
    configuration = walk.configuration
    for (key, pointer) in walk.taken { sources[key] = .file(path: path, bytes: bytes, pointer: pointer) }
    guard !walk.found.isEmpty else { return }
    let places = SourceLocator.locate(Set(walk.found.map(\.pointer)), in: bytes, .yaml)
    problems += walk.found.map { found in
      let position = places[found.pointer].map { $0.key ?? $0.value }
      return ConfigurationProblem(
        .file(path, line: position?.line ?? 0, column: position?.column ?? 0), found.message)
    }
  }

  /// Goes through the file's tree and takes over what it finds.
  private struct Walk {
    var configuration: Configuration
    var found: [(pointer: String, message: String)] = []
    var taken: [(key: String, pointer: JSONPointer)] = []

    mutating func visit(_ value: JSON, key: String, pointer: JSONPointer) {
      if let setting = Settings[key] {
        guard let wrong = setting.take(value, into: &configuration) else {
          return taken.append((key, pointer))
        }
        return found.append((pointer.description, "\(key) \(wrong)"))
      }
      guard let members = value.objectValue else {
        // A section without anything below it, as when all of it is commented out.
        guard !value.isNull else { return }
        let what = key.isEmpty ? "the configuration" : key
        return found.append((pointer.description, "\(what) must be a map of settings, not \(value.kindName)"))
      }
      for (name, member) in members {
        let path = key.isEmpty ? name : "\(key).\(name)"
        guard Settings.isKnown(path) else {
          found.append((pointer.appending(name).description, Settings.unknown(path)))
          continue
        }
        visit(member, key: path, pointer: pointer.appending(name))
      }
    }
  }

  // MARK: Variables and flags

  /// Reads the variables that begin with `MISSIOND_`.
  package mutating func take(environment: [String: String]) {
    for (name, value) in environment.sorted(by: { $0.key < $1.key })
    where name.hasPrefix("MISSIOND_") && !Self.otherVariables.contains(name) {
      guard let setting = Settings.table.first(where: { $0.variable == name }) else {
        let closest = EditDistance.closest(to: name, among: Settings.table.map(\.variable))
        let hint = closest.map { "; did you mean \($0)?" } ?? ""
        problems.append(ConfigurationProblem(.variable(name), "sets nothing\(hint)"))
        continue
      }
      if let wrong = setting.take(text: value, into: &configuration) {
        problems.append(ConfigurationProblem(.variable(name), wrong))
      }
      sources[setting.key] = .other(.variable(name))
    }
  }

  /// Takes over the value of a flag.
  package mutating func take(flag setting: Setting, _ value: String) {
    if let wrong = setting.take(text: value, into: &configuration) {
      problems.append(ConfigurationProblem(.flag(setting.flag), wrong))
    }
    sources[setting.key] = .other(.flag(setting.flag))
  }

  // MARK: The host

  /// Names for each problem the place where its setting was set.
  private mutating func take(_ found: [SettingProblem]) {
    problems += found.map { problem in
      switch sources[problem.key] {
      case .file(let path, let bytes, let pointer):
        let whole = problem.member.map { pointer.appending($0) } ?? pointer
        let places = SourceLocator.locate([whole.description, pointer.description], in: bytes, .yaml)
        let found = places[whole.description] ?? places[pointer.description]
        let position = found.map { $0.key ?? $0.value }
        return ConfigurationProblem(
          .file(path, line: position?.line ?? 0, column: position?.column ?? 0), problem.message)
      case .other(let source): return ConfigurationProblem(source, problem.message)
      case nil: return ConfigurationProblem(.flag(problem.key), problem.message)
      }
    }
  }
}

extension Settings {
  /// True for a setting's key and for the section of one.
  fileprivate static func isKnown(_ path: String) -> Bool {
    table.contains { $0.key == path || $0.key.hasPrefix(path + ".") }
  }

  /// `limits` and `limits.workspace` of `limits.workspace.max_bytes`.
  private static func sections(of key: String) -> [String] {
    key.indices.filter { key[$0] == "." }.map { String(key[..<$0]) }
  }

  fileprivate static func unknown(_ path: String) -> String {
    let known = Set(table.flatMap { sections(of: $0.key) }).sorted()
    let closest = EditDistance.closest(to: path, among: table.map(\.key) + known)
    return "\(path) is no setting" + (closest.map { "; did you mean \"\($0)\"?" } ?? "")
  }
}
