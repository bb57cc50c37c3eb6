import Formats
import Glibc
package import MissionModel
import Posix

/// The secrets of this process: read once, at the start, from files and never from arguments (contract §9).
package struct SecretsLive: Sendable {
  /// Where secrets come from.
  package struct Sources: Sendable, Equatable {
    /// One file a secret, by the secret's name: `secrets.files`.
    package var files: [String: String] = [:]
    /// A folder whose files are secrets, named as they are: `secrets.directory`.
    package var directory: String?
    /// Names of credentials that systemd hands over: `secrets.credentials`.
    package var credentials: [String] = []
    /// Variables that are secrets whatever their names: `secrets.env`.
    package var environment: [String] = []

    /// No sources; variables whose names say so are masked all the same.
    package init() {}
  }

  /// Takes every secret out of what it is shown.
  package let masker: Masker
  /// What an operator should hear of, one sentence each.
  package let warnings: [String]
  private let values: [String: String]
  /// Everything that is masked: the secrets, and variables that are kept like them.
  let masked: [String]

  /// Endings of the names of variables that hold secrets.
  private static let endings = ["_TOKEN", "_KEY", "_SECRET", "_PASSWORD"]
  /// Bytes of the longest secret.
  private static let mostBytes = 64 << 10

  /// No secrets.
  package static let none = SecretsLive(values: [:], environment: [], warnings: [])

  private init(values: [String: String], environment: [String], warnings: [String]) {
    self.values = values
    self.warnings = warnings
    masked = Array(values.values) + environment + values.values.flatMap { ConnectionPasswords.inside($0) }
    masker = Masker(masked)
  }

  /// Reads all secrets, or says every reason why not.
  package static func load(
    _ sources: Sources, environment: [String: String]
  ) throws(SecretsError) -> SecretsLive {
    var problems: [String] = []
    var values: [String: String] = [:]
    for (name, path) in places(sources, environment, &problems) {
      guard values[name] == nil else {
        problems.append("the secret \"\(name)\" has two sources; one of them is \(path)")
        continue
      }
      do throws(SecretsError) { values[name] = try read(path, name: name) } catch {
        problems += error.problems
      }
    }
    guard problems.isEmpty else { throw SecretsError(problems) }
    let (hidden, warnings) = secretVariables(of: environment, listed: sources.environment)
    return SecretsLive(values: values, environment: hidden, warnings: warnings)
  }

  /// The masks for a process that was configured with no secrets but may have some in its environment.
  package static func ofEnvironment(_ environment: [String: String]) -> SecretsLive {
    let (hidden, warnings) = secretVariables(of: environment, listed: [])
    return SecretsLive(values: [:], environment: hidden, warnings: warnings)
  }

  /// The value of `{{secret.NAME}}`, or why there is none.
  package func find(_ name: String) -> VariableScope.Lookup {
    if let value = values[name] { return .value(.string(value)) }
    guard !values.isEmpty else {
      return .missing("there is no secret \"\(name)\": none are configured; see secrets in the configuration")
    }
    let closest = EditDistance.closest(to: name, among: values.keys.sorted())
    return .missing("there is no secret \"\(name)\"" + (closest.map { "; did you mean \"\($0)\"?" } ?? ""))
  }

  /// Whether a variable of this name holds a secret.
  package static func isSecretName(_ name: String) -> Bool {
    let upper = name.uppercased()
    return endings.contains { upper.hasSuffix($0) }
  }

  // MARK: Reading

  private static func secretVariables(
    of environment: [String: String], listed: [String]
  ) -> (values: [String], warnings: [String]) {
    var (values, warnings): ([String], [String]) = ([], [])
    func hide(_ value: String, _ title: String) {
      if value.utf8.count >= SecretForms.leastBytes { return values.append(value) }
      warnings.append(
        "\(title) is under \(SecretForms.leastBytes) bytes and is not masked: it would be found by chance")
    }
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
      if isSecretName(name) || listed.contains(name) { hide(value, "env.\(name)") }
      for password in ConnectionPasswords.inside(value).sorted() {
        hide(password, "the password in env.\(name)")
      }
    }
    return (values, warnings)
  }

  private static func places(
    _ sources: Sources, _ environment: [String: String], _ problems: inout [String]
  ) -> [(name: String, path: String)] {
    var places = sources.files.sorted { $0.key < $1.key }.map { (name: $0.key, path: $0.value) }
    if let directory = sources.directory {
      do throws(Errno) {
        for name in try DirectoryHandle(FileDescriptor.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
          .names().map({ String(decoding: $0.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self) })
          .sorted()
        where !name.hasPrefix(".") {
          places.append((name, "\(directory)/\(name)"))
        }
      } catch { problems.append("secrets.directory: \(error)") }
    }
    if !sources.credentials.isEmpty {
      guard let directory = environment["CREDENTIALS_DIRECTORY"] else {
        problems.append(
          "secrets.credentials: there is no $CREDENTIALS_DIRECTORY; add LoadCredential= to the unit")
        return places
      }
      places += sources.credentials.map { ($0, "\(directory)/\($0)") }
    }
    return places
  }

  private static func read(_ path: String, name: String) throws(SecretsError) -> String {
    guard Identifier.isValid(name) else {
      throw SecretsError(
        "the secret \"\(name)\" (\(path)): a name is letters, digits, _ and -, and starts with no digit")
    }
    let bytes: [UInt8]
    let isOpenToAll: Bool
    do throws(Errno) {
      let file = try FileDescriptor.open(path, O_RDONLY | O_CLOEXEC)
      var status = stat()
      _ = try check("look at", path) { fstat(file.rawValue, &status) }
      isOpenToAll = status.st_mode & 0o007 != 0
      bytes = try file.readAll(limit: mostBytes)
    } catch { throw SecretsError("the secret \"\(name)\": \(error)") }
    guard !isOpenToAll else {
      throw SecretsError("the secret \"\(name)\": everybody may read or write \(path); chmod 600 it")
    }
    guard UTF8Validation.firstInvalidByte(in: bytes) == nil else {
      throw SecretsError("the secret \"\(name)\": \(path) is no UTF-8 text; encode it in base64")
    }
    var text = bytes[...]
    while let last = text.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { text.removeLast() }
    guard text.count >= SecretForms.leastBytes else {
      throw SecretsError(
        "the secret \"\(name)\": \(path) holds under \(SecretForms.leastBytes) bytes and could not be masked")
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Why secrets could not be read: one sentence for each, none of which shows a value.
package struct SecretsError: Error, Sendable, Equatable, CustomStringConvertible {
  package let problems: [String]

  /// Lists what is wrong.
  package init(_ problems: [String]) { self.problems = problems }

  /// Says the one thing that is wrong.
  init(_ problem: String) { problems = [problem] }

  package var description: String { problems.joined(separator: "\n") }
}
