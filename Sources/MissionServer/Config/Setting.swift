package import Formats

/// One thing that a daemon can be told: a row of the table of settings.
package struct Setting: Sendable {
  /// Where it stands in the file, such as `limits.max_steps`.
  package let key: String
  /// What it is for, in one line.
  package let summary: String
  /// What a value must be, in the words of an error.
  package let form: String
  /// The value where nothing is said, as the file has it.
  package let fallback: JSON
  /// Whether SIGHUP makes a running daemon take over another value.
  package let isReloadable: Bool
  private let showsValues: Bool
  private let parse: @Sendable (String) -> JSON
  private let set: @Sendable (JSON, inout Configuration) -> Bool
  private let differs: @Sendable (Configuration, Configuration) -> Bool
  private let carry: @Sendable (Configuration, inout Configuration) -> Void

  /// Ties a key to a property of the configuration, which brings the default.
  init<Value: Sendable & Equatable>(
    _ key: String, _ property: any WritableKeyPath<Configuration, Value> & Sendable,
    _ kind: SettingKind<Value>,
    _ summary: String, isReloadable: Bool = false
  ) {
    self.key = key
    self.summary = summary
    self.isReloadable = isReloadable
    form = kind.form
    fallback = kind.write(Configuration()[keyPath: property])
    showsValues = kind.showsValues
    parse = kind.parse
    set = { value, configuration in
      guard let value = kind.read(value) else { return false }
      configuration[keyPath: property] = value
      return true
    }
    differs = { $0[keyPath: property] != $1[keyPath: property] }
    carry = { $1[keyPath: property] = $0[keyPath: property] }
  }

  /// The variable that sets it: `MISSIOND_LIMITS_MAX_STEPS`.
  package var variable: String {
    "MISSIOND_" + key.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
  }

  /// The flag of `missiond` that sets it: `--limits-max-steps`.
  package var flag: String { "--" + key.map { $0 == "." || $0 == "_" ? "-" : String($0) }.joined() }

  /// Takes over a value of the file; returns what is wrong with it.
  func take(_ value: JSON, into configuration: inout Configuration) -> String? {
    if set(value, &configuration) { return nil }
    return "must be \(form)" + (showsValues ? ", not \(Self.shown(value))" : "")
  }

  /// Takes over the text of a variable or flag; returns what is wrong with it.
  func take(text: String, into configuration: inout Configuration) -> String? {
    take(parse(text), into: &configuration)
  }

  /// True if two configurations give it different values.
  package func isChanged(from old: Configuration, to new: Configuration) -> Bool { differs(old, new) }

  /// Gives `new` the value that `old` has.
  func copy(from old: Configuration, to new: inout Configuration) { carry(old, &new) }

  private static func shown(_ value: JSON) -> String {
    let text = value.compact
    return text.count <= 80 ? text : "\(text.prefix(80))…"
  }
}
