import Formats
package import MissionModel

/// The connection strings of the configuration, whose passwords are secrets: `{{secret.NAME}}`.
package enum NamedConnections {
  private static let (opening, closing) = ("{{secret.", "}}")

  /// True if a password that is written is the placeholder of a secret, so that it is masked everywhere.
  package static func holdsNoPassword(_ server: DatabaseServer) -> Bool {
    guard let password = server.password, !password.isEmpty else { return true }
    return password.hasPrefix(opening) && password.hasSuffix(closing)
  }

  /// Puts the values of secrets in, encoded as connection strings want them.
  ///
  /// - Throws: where there is no secret of a name.
  package static func fill(
    _ connections: [String: String], secret: (String) -> VariableScope.Lookup
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
        case .missing(let reason): problems.append("databases.\(name): \(reason)")
        default: problems.append("databases.\(name): there is no such secret")
        }
        rest = rest[end.upperBound...]
      }
      filled[name] = result + rest
    }
    guard problems.isEmpty else { throw SecretsError(problems) }
    return filled
  }
}
