/// One thing wrong with the configuration, and where it was said.
package struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
  /// Who said it.
  package enum Source: Sendable, Equatable {
    case file(String, line: Int, column: Int)
    case variable(String)
    case flag(String)
  }

  package let source: Source
  /// What is wrong and the way out, in lower case without a full stop.
  package let message: String

  /// Describes a problem.
  package init(_ source: Source, _ message: String) {
    self.source = source
    self.message = message
  }

  /// `missiond.yaml:12:3: limits.max_stesp is no setting; did you mean "limits.max_steps"?`
  package var description: String {
    switch source {
    case .file(let path, 0, _): "\(path): \(message)"
    case .file(let path, let line, let column): "\(path):\(line):\(column): \(message)"
    case .variable(let name): "\(name): \(message)"
    case .flag(let name): "\(name): \(message)"
    }
  }
}

/// Why a configuration was refused: everything that is wrong with it.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  package let problems: [ConfigurationProblem]

  /// Wraps at least one problem.
  package init(_ problems: [ConfigurationProblem]) { self.problems = problems }

  /// One line a problem.
  package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Something that the host says is wrong with a setting whose value is right in itself: a file that is not
/// there, or that everybody may read.
package struct SettingProblem: Sendable, Equatable {
  /// The setting, such as `auth.tokens_file`.
  package let key: String
  /// Which member of its map or which element of its list, where it has several.
  package let member: String?
  /// What is wrong and the way out, in lower case without a full stop.
  package let message: String

  /// Describes a problem.
  package init(_ key: String, member: String? = nil, _ message: String) {
    self.key = key
    self.member = member
    self.message = message
  }
}
