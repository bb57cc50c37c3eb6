import Formats
import MissionCLI
import MissionServer
import TestSupport
import Testing

@Suite struct TokenTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func run(
    _ words: [String], environment: [String: String] = [:]
  ) async -> (status: MissionCLI.ExitStatus, output: String, errors: String) {
    let run = await ToolRun(["token"] + words, environment: environment)
    return (run.status, run.output, run.errors)
  }

  @Test func `a token is shown once, listed by name and revoked`() async throws {
    let file = directory / "tokens"
    let made = await run(["make", "ci", "--file", file])
    #expect(made.status == .completed)
    #expect(made.errors == "keep it: it is shown this once, and \(file) has only its hash\n")
    let text = made.output.trimmingCharacters()
    let kept = try TokenFile(file).read()
    #expect(kept.find(text)?.name == "ci")
    #expect(kept.find(text)?.scopes == [.read, .submit])
    #expect(try !directory.read("tokens").contains(text))
    _ = await run(["make", "chief", "--scopes", "read,submit,admin", "--file", file])
    let listed = await run(["list", "--file", file]).output.split(separator: "\n")
    #expect(listed.count == 2)
    #expect(listed[0].hasPrefix("ci  read,submit  2"))
    #expect(listed[1].hasPrefix("chief  read,submit,admin  2"))
    #expect(await run(["revoke", "ci", "--file", file]).status == .completed)
    #expect(try TokenFile(file).read().all.map(\.name) == ["chief"])
  }

  @Test func `the configuration names the file`() async throws {
    let config = try directory.write("auth: { tokens_file: \(directory / "tokens") }\n", to: "m.yaml")
    #expect(await run(["make", "a", "--config", config]).status == .completed)
    #expect(await run(["list"], environment: ["MISSIOND_CONFIG": config]).output.hasPrefix("a  "))
    let variable = ["MISSIOND_AUTH_TOKENS_FILE": directory / "tokens"]
    #expect(await run(["list"], environment: variable).output.hasPrefix("a  "))
    let empty = try directory.write("{}\n", to: "empty.yaml")
    #expect(
      await run(["list", "--config", empty]).errors.hasPrefix(
        "mission token list: \(empty) has no auth.tokens_file; add it, or use --file\n"))
  }

  @Test func `what cannot be made or revoked is explained`() async throws {
    let file = directory / "tokens"
    _ = await run(["make", "ci", "--file", file])
    for (words, message) in [
      (["make", "ci"], "mission token make: there is a token \"ci\" already; revoke it first\n"),
      (["revoke", "cj"], "mission token revoke: there is no token \"cj\"; did you mean \"ci\"?\n"),
    ] {
      let answer = await run(words + ["--file", file])
      #expect(answer.status == .failed)
      #expect(answer.errors == message)
      #expect(answer.output.isEmpty)
    }
    let none = await run(["list", "--file", directory / "none"])
    #expect(none == (.completed, "", "\(directory / "none") has no tokens\n"))
    #expect(
      await run(["list", "--config", directory / "none"]).errors.hasPrefix(
        "mission token list: read \(directory / "none"): no such file or directory; name the configuration "
          + "with --config, or the tokens with --file\n"))
    for words in [["make", "a b"], ["make", "x", "--scopes", "write"], ["make"]] {
      #expect(await run(words + ["--file", file]).status == .usage)
    }
  }
}

extension String {
  fileprivate func trimmingCharacters() -> String { String(prefix { $0 != "\n" }) }
}
