import Formats
import Foundation
import MissionModel
import TestSupport
import Testing

@testable import Sandbox

@Suite struct SecretsLiveTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
    let path = try directory.write(text, to: name)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  private func problems(_ change: (inout SecretsLive.Sources) throws -> Void) rethrows -> [String] {
    var sources = SecretsLive.Sources()
    try change(&sources)
    do throws(SecretsError) {
      _ = try SecretsLive.load(sources, environment: [:])
      return []
    } catch { return error.problems }
  }

  @Test func `secrets come from files, a folder and credentials, without their last newline`() throws {
    let folder = try TemporaryDirectory()
    _ = try write("from-a-credential", to: "cred")
    var sources = SecretsLive.Sources()
    sources.files = ["one": try write("from-a-file\n", to: "one")]
    let path = try folder.write("from-a-folder\r\n", to: "two")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    _ = try folder.write("x", to: ".hidden")
    sources.directory = folder.path
    sources.credentials = ["cred"]
    let secrets = try SecretsLive.load(sources, environment: ["CREDENTIALS_DIRECTORY": directory.path])
    #expect(secrets.find("one") == .value("from-a-file"))
    #expect(secrets.find("two") == .value("from-a-folder"))
    #expect(secrets.find("cred") == .value("from-a-credential"))
    #expect(secrets.find("cread") == .missing(#"there is no secret "cread"; did you mean "cred"?"#))
    #expect(secrets.masker.mask("from-a-file from-a-folder from-a-credential") == "*** *** ***")
  }

  @Test func `every secret that cannot be used is named, and no value is shown`() throws {
    let short = try write("12345\n", to: "short")
    let open = try write("open-to-all", to: "open", mode: 0o604)
    let found = problems { sources in
      sources.files = ["short": short, "open": open, "gone": directory.path + "/gone", "1st": open]
      sources.credentials = ["x"]
    }
    #expect(
      found == [
        "secrets.credentials: there is no $CREDENTIALS_DIRECTORY; add LoadCredential= to the unit",
        #"the secret "1st" (\#(open)): a name is letters, digits, _ and -, and starts with no digit"#,
        #"the secret "gone": open \#(directory.path)/gone: no such file or directory (2)"#,
        #"the secret "open": everybody may read or write \#(open); chmod 600 it"#,
        #"the secret "short": \#(short) holds under 6 bytes and could not be masked"#,
      ])
  }

  @Test func `one name from two sources is an error`() throws {
    let file = try write("from-a-file", to: "same")
    let found = problems { sources in
      sources.files = ["same": file]
      sources.directory = directory.path
    }
    #expect(found == [#"the secret "same" has two sources; one of them is \#(file)"#])
  }

  @Test func `variables whose names say so are masked, short ones with a warning`() throws {
    var sources = SecretsLive.Sources()
    sources.environment = ["LICENCE"]
    let secrets = try SecretsLive.load(
      sources,
      environment: [
        "API_TOKEN": "token-value", "db_password": "password-value", "LICENCE": "licence-value",
        "A_KEY": "short", "EMPTY_SECRET": "", "PATH": "/usr/bin:/bin",
      ])
    #expect(
      secrets.masker.mask("token-value password-value licence-value /usr/bin:/bin short")
        == "*** *** *** /usr/bin:/bin short")
    #expect(
      secrets.warnings == ["env.A_KEY is under 6 bytes and is not masked: it would be found by chance"])
    #expect(
      secrets.find("any")
        == .missing("there is no secret \"any\": none are configured; see secrets in the configuration"))
  }
}
