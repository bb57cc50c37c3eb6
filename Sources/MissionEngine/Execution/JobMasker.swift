import Formats
import MissionModel

/// What one job must not show: the secrets of this process, and the passwords that its own connection strings
/// hold, wherever those came from.
///
/// Passwords of one job are not masked in others: there they may be words like any.
struct JobMasker {
  private let common: @Sendable () -> Masker
  private var passwords: Set<String>
  /// What `passwords` made of which common masker.
  private var made: (of: Masker, whole: Masker)?

  /// Looks through the document and the variables once.
  init(_ common: @escaping @Sendable () -> Masker, _ mission: Mission, context: JSONObject) {
    self.common = common
    passwords = ConnectionPasswords.inside(mission).reduce(into: ConnectionPasswords.inside(.object(context)))
    {
      $0.formUnion($1.passwords)
    }
  }

  /// Takes in the passwords of a value that came up while the job runs: filled parameters, a checkpoint.
  mutating func learn(from value: JSON) {
    let found = ConnectionPasswords.inside(value)
    guard !found.isSubset(of: passwords) else { return }
    passwords.formUnion(found)
    made = nil
  }

  /// Takes out everything that is known by now.
  mutating func current() -> Masker {
    let common = common()
    guard !passwords.isEmpty else { return common }
    if let made, made.of.isSame(as: common) { return made.whole }
    let whole = common.adding(passwords)
    made = (common, whole)
    return whole
  }
}
