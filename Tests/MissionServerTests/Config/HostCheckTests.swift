import Formats
import Glibc
import TestSupport
import Testing

@testable import MissionServer

@Suite struct HostCheckTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func check(_ text: String, _ environment: [String: String] = [:]) -> String {
    do throws(ConfigurationError) {
      _ = try ConfigurationReader.read(
        file: ("m.yaml", Array(text.utf8)), environment: environment,
        check: { HostCheck.problems(of: $0, environment) })
      return "fine"
    } catch { return error.description }
  }

  @Test func `a token file that everybody may read is an error with its line`() throws {
    try TokenFile(directory / "tokens").write(AccessTokens())
    let text = "hosts: []\nauth:\n  tokens_file: \(directory / "tokens")\n"
    #expect(check(text) == "fine")
    chmod(directory / "tokens", 0o644)
    #expect(
      check(text)
        == "m.yaml:3:3: the tokens: everybody may read or write \(directory / "tokens"); chmod 640 it")
  }

  @Test func `secrets that cannot be used are errors with their lines, all at once`() throws {
    try directory.write("short", to: "short", mode: 0o600)
    try directory.write("long enough", to: "open", mode: 0o644)
    let text = """
      secrets:
        files:
          good: \(try directory.write("long enough", to: "good", mode: 0o600))
          short: \(directory / "short")
          open: \(directory / "open")
        directory: \(directory / "none")
      """
    let lines = check(text).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("m.yaml:5:5: the secret \"open\": everybody may read"))
    #expect(lines[1].hasPrefix("m.yaml:4:5: the secret \"short\": "))
    #expect(lines[2].hasPrefix("m.yaml:6:3: secrets.directory: "))
  }

  @Test func `one name with two sources is found`() throws {
    let path = try directory.write("long enough", to: "folder/a", mode: 0o600)
    let text = "secrets:\n  directory: \(directory / "folder")\n  files: { a: \(path) }\n"
    #expect(check(text).hasPrefix("m.yaml:3:3: the secret \"a\" has two sources"))
  }

  @Test func `who is checked by a variable is told of the variable`() {
    let variable = "MISSIOND_AUTH_TOKENS_FILE"
    #expect(
      check("{}", [variable: directory / "none"]).hasPrefix(
        "\(variable): the tokens: open \(directory / "none")"))
  }

  @Test func `credentials are looked at where systemd handed them over`() throws {
    let text = "secrets: { credentials: [a] }\nauth: { tokens_credential: t }\n"
    #expect(check(text) == "fine")
    let found = check(text, ["CREDENTIALS_DIRECTORY": directory.path])
    #expect(found.contains("m.yaml:1:12: the secret \"a\": "))
    #expect(found.contains("m.yaml:2:9: the tokens: "))
  }
}
