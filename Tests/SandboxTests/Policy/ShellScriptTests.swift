import Testing

@testable import Sandbox

@Suite struct ShellScriptTests {
  @Test(arguments: [
    ("a b; c", [["a", "b"], ["c"]]), ("a && b || c | d & e", [["a"], ["b"], ["c"], ["d"], ["e"]]),
    ("'r'm \"-rf\" /\\x", [["rm", "-rf", "/x"]]), ("X=1 Y=2 a", [["a"]]), ("X=1", []),
    ("if a; then b; else c; fi", [["a"], ["b"], ["c"]]),
    ("while true; do rm x; done", [["true"], ["rm", "x"]]),
    ("a $(b c) d", [["a", "$", "d"], ["b", "c"]]),
    ("a \"$(b \"$(c)\")\"", [["a", "$"], ["b", "$"], ["c"]]),
    ("a `b c`", [["a", "$"], ["b", "c"]]), ("(a; b)", [["a"], ["b"]]), ("{ a; }", [["a"]]), ("! a", [["a"]]),
    ("a # b; c\nd", [["a"], ["d"]]), ("a#b", [["a#b"]]), ("a > file < other", [["a", "file", "other"]]),
    ("a <(b)", [["a", "$"], ["b"]]), ("a \\\n b", [["a", "b"]]), ("a 'unfinished", [["a", "unfinished"]]),
    ("", []), ("$(", [["$"]]),
  ])
  func `a script is its simple commands`(script: String, commands: [[String]]) {
    #expect(ShellScript.commands(script) == commands)
  }

  @Test func `nesting without end ends`() {
    let script = String(repeating: "$(", count: 10_000)
    #expect(ShellScript.commands(script).count < 10)
  }
}
