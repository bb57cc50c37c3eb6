import Formats
package import MissionModel

/// The connection strings of the configuration, whose passwords are secrets: `{{secret.NAME}}`.
package enum NamedConnections {
  private static let (opening, closing) = ("{{secret.", "}}")

  /// True if a password that is written is the placeholder of a secret, so that it is masked everywhere.
  package static func holdsNoPassword(_ server: DatabaseServer) -> Bool {
    isPlaceholder(server.password)
  }

  /// True if a password is one, or there is none.
  package static func isPlaceholder(_ password: String?) -> Bool {
    guard let password, !password.isEmpty else { return true }
    return password.hasPrefix(opening) && password.hasSuffix(closing)
  }

  /// Puts the values of secrets in, encoded as connection strings want them. `key` is what messages call the
  /// place of the configuration where they are.
  ///
  /// - Throws: where there is no secret of a name.
  package static func fill(
    _ connections: [String: String], under key: String = "databases",
    secret: (String) -> VariableScope.Lookup
  ) throws(SecretsError) -> [String: String] {
    var problems: [String] = []
    var filled: [String: String] = [:]
    for (name, text) in connections.sorted(by: { $0.key < $1.key }) {
      var rest = text[...]
      var result = ""
      while let start = rest.firstRange(of: opening),
        let end = rest[start.upperBound...].firstRange(of: closing)
      {
        result += rest[..<start.lowerBound]
        switch secret(String(rest[start.upperBound..<end.lowerBound])) {
        case .value(let value): result += PercentEncoding.encode(value.stringValue ?? value.compact)
        case .missing(let reason): problems.append("\(key).\(name): \(reason)")
        default: problems.append("\(key).\(name): there is no such secret")
        }
        rest = rest[end.upperBound...]
      }
      filled[name] = result + rest
    }
    guard problems.isEmpty else { throw SecretsError(problems) }
    return filled
  }
}
