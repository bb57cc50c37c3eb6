import Testing

@testable import Sandbox

@Suite struct CommandRulesTests {
  private let rules = CommandRules([
    "git push", "mk*", "rm -r|-R {outside}", "mkfs|mke2fs", "sh|*sum -x", "/opt/tool", "git", "a/b", "-x",
  ])

  @Test(arguments: [
    ("git", ["git push", "git"]), ("/usr/bin/git", ["git push", "git"]), ("ls", []),
    ("mkfs", ["mk*", "mkfs|mke2fs"]), ("mke2fs", ["mk*", "mkfs|mke2fs"]), ("sha1sum", ["sh|*sum -x"]),
    ("sh", ["sh|*sum -x"]), ("/opt/tool", ["/opt/tool"]), ("tool", []), ("-x", ["-x"]), ("-yx", ["-x"]),
  ])
  func `a program's rules come in their order, whether they name it or have stars`(
    program: String, expected: [String]
  ) {
    let found = rules.concerning(SimpleCommand(program, []))
    #expect(found.map(\.text) == expected)
    // The same as asking each rule.
    let all = [
      "git push", "mk*", "rm -r|-R {outside}", "mkfs|mke2fs", "sh|*sum -x", "/opt/tool", "git", "-x",
    ]
    let command = SimpleCommand(program, [])
    #expect(all.compactMap(CommandRule.init).filter { $0.concerns(command) }.map(\.text) == expected)
  }

  @Test func `the first rule that matches all of a command is the one that is told`() {
    let push = SimpleCommand("git", ["push", "origin"])
    #expect(rules.first(for: push) { _ in false }?.text == "git push")
    #expect(rules.first(for: SimpleCommand("git", ["status"])) { _ in false }?.text == "git")
    #expect(rules.first(for: SimpleCommand("rm", ["-rf", "/srv"])) { _ in false } == nil)
    #expect(
      rules.first(for: SimpleCommand("rm", ["-rf", "/srv"])) { _ in true }?.text == "rm -r|-R {outside}")
    #expect(rules.first(for: SimpleCommand("ls", [])) { _ in true } == nil)
    #expect(CommandRules([]).isEmpty && !rules.isEmpty)
  }
}
