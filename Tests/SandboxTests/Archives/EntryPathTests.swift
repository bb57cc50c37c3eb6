import Testing

@testable import Sandbox

@Suite struct EntryPathTests {
  private func path(_ name: String) throws -> EntryPath { try EntryPath(Array(name.utf8)) }

  @Test(arguments: [
    ("a", ["a"]), ("a/b/", ["a", "b"]), ("./a//b", ["a", "b"]), (".", []), ("./", []),
    ("..a/b..", ["..a", "b.."]),
  ])
  func `names below the folder are taken apart`(name: String, names: [String]) throws {
    #expect(try path(name).names == names.map { Array($0.utf8) })
  }

  @Test(arguments: [
    ("/etc/passwd", "the name is an absolute path"),
    ("../a", "the name leads out of the destination by \"..\""),
    ("a/../b", "the name leads out of the destination by \"..\""),
    ("a/..", "the name leads out of the destination by \"..\""),
    (String(repeating: "a/", count: 251), "it lies more than 250 folders deep"),
    (String(repeating: "a", count: 4096), "the name is longer than 4095 bytes"),
  ])
  func `names that lead elsewhere are refused`(name: String, message: String) {
    #expect(throws: EntryPath.Refusal(message: message)) { try path(name) }
  }

  @Test func `what is just within the limits is taken`() throws {
    #expect(try path(String(repeating: "a/", count: 250)).names.count == 250)
    #expect(try path(String(repeating: "a", count: 4095)).names.count == 1)
  }

  @Test(arguments: [("l", "x"), ("l", "./x/y"), ("a/l", "../x"), ("a/b/l", "../../x/y"), ("a/b/l", "..")])
  func `links that stay inside are taken`(name: String, target: String) throws {
    try path(name).judge(link: Array(target.utf8))
  }

  @Test(arguments: [
    ("l", "/etc", "the link to \"/etc\" leads out of the destination: it is an absolute path"),
    ("l", "..", "the link to \"..\" leads out of the destination"),
    ("a/l", "../../x", "the link to \"../../x\" leads out of the destination"),
    (
      "a/b/l", "x/../../y",
      "the link to \"x/../../y\" may lead out of the destination: it has \"..\" after a name"
    ),
    ("l", "", "the link is empty or too long"),
  ])
  func `links that lead or may lead out are refused`(name: String, target: String, message: String) throws {
    let place = try path(name)
    #expect(throws: EntryPath.Refusal(message: message)) { try place.judge(link: Array(target.utf8)) }
  }
}
