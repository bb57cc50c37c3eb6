import Sandbox

/// Looks at this host for what is wrong with a configuration: what `--check-config` and each start say with
/// the line of the setting.
package enum HostCheck {
  /// Everything that is wrong.
  package static func problems(
    of configuration: Configuration, _ environment: [String: String]
  ) -> [SettingProblem] {
    secrets(configuration, environment) + tokens(configuration, environment)
  }

  private static func secrets(
    _ configuration: Configuration, _ environment: [String: String]
  ) -> [SettingProblem] {
    var problems: [SettingProblem] = []
    func check(_ key: String, member: String? = nil, _ change: (inout SecretsLive.Sources) -> Void) {
      var sources = SecretsLive.Sources()
      change(&sources)
      do throws(SecretsError) { _ = try SecretsLive.load(sources, environment: environment) } catch {
        problems += error.problems.map { SettingProblem(key, member: member, $0) }
      }
    }
    let sources = configuration.secrets
    for (name, path) in sources.files.sorted(by: { $0.key < $1.key }) {
      check("secrets.files", member: name) { $0.files = [name: path] }
    }
    check("secrets.directory") { $0.directory = sources.directory }
    // Whoever checks the file by hand has no credentials; the start says if they are missing.
    if environment["CREDENTIALS_DIRECTORY"] != nil {
      check("secrets.credentials") { $0.credentials = sources.credentials }
    }
    guard problems.isEmpty, environment["CREDENTIALS_DIRECTORY"] != nil || sources.credentials.isEmpty else {
      return problems
    }
    // Each by itself is right; one name may still have two sources.
    do throws(SecretsError) { _ = try SecretsLive.load(sources, environment: environment) } catch {
      problems += error.problems.map { SettingProblem("secrets.files", $0) }
    }
    return problems
  }

  private static func tokens(
    _ configuration: Configuration, _ environment: [String: String]
  ) -> [SettingProblem] {
    var problems: [SettingProblem] = []
    if let path = configuration.tokensFile {
      do throws(TokenFileError) { _ = try TokenFile(path).read() } catch {
        problems.append(SettingProblem("auth.tokens_file", error.description))
      }
    }
    if configuration.tokensCredential != nil, environment["CREDENTIALS_DIRECTORY"] != nil {
      var own = configuration
      own.tokensFile = nil
      do throws(TokenFileError) { try LiveTokens(own, environment: environment).load() } catch {
        problems.append(SettingProblem("auth.tokens_credential", error.description))
      }
    }
    return problems
  }
}
