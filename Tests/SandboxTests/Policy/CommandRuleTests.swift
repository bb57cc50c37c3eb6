import Testing

@testable import Sandbox

@Suite struct CommandRuleTests {
  private func matches(_ rule: String, _ line: String) throws -> Bool {
    let words = line.split(separator: " ").map(String.init)
    return try #require(CommandRule(rule)).matches(SimpleCommand(words[0], Array(words.dropFirst()))) {
      $0.hasPrefix("/")
    }
  }

  @Test(arguments: [
    ("git", "git push", true), ("git push", "git -C x push origin", true), ("git push", "git pull", false),
    ("dd of=/dev/*", "dd if=a of=/dev/sda", true), ("dd of=/dev/*", "dd of=disk.img", false),
    ("rm -r|-R|--recursive {outside}", "rm -rf /srv", true), ("rm -r {outside}", "rm -rf build", false),
    ("rm -r {outside}", "rm /srv/file", false), ("rm", "/usr/bin/rm x", true), ("/usr/bin/rm", "rm x", false),
    ("/opt/*", "/opt/a/b c", true), ("kill -9 -1", "kill -9 -1", true), ("kill -9 -1", "kill -9 1", false),
  ])
  func `the program and every word must be there`(rule: String, line: String, isMatch: Bool) throws {
    #expect(try matches(rule, line) == isMatch)
  }

  @Test(arguments: ["", " ", "bin/rm", "./rm -r"])
  func `a rule that no program can have is none`(rule: String) {
    #expect(CommandRule(rule) == nil)
  }
}
