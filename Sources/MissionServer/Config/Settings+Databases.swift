import Formats
import MissionModel
import MissionSteps
import Sandbox

extension Settings {
  /// Connections that missions name.
  static let databases: [Setting] = [
    Setting(
      "databases", \.databases, .connections,
      "Databases that steps call by a name: a map to connection strings, with passwords as {{secret.NAME}}.")
  ]
}

extension SettingKind where Value == [String: String] {
  /// A map of names to connection strings. Its values are never shown: they may hold what they should not.
  static var connections: SettingKind {
    var kind = SettingKind<String>(
      "a connection string such as \"postgresql://app:{{secret.db_password}}@db.example.com/sales\"",
      read: { value in
        guard let text = value.stringValue else { return nil }
        do throws(StepFailure) {
          switch try DatabaseAddress(text) {
          case .server(let server): return NamedConnections.holdsNoPassword(server) ? text : nil
          case .file, .memory: return text
          case .name: return nil
          }
        } catch { return nil }
      }, write: { .string($0) }
    ).map
    kind.showsValues = false
    return kind
  }
}
