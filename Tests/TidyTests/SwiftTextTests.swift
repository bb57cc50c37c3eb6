import Testing

/// The scan that the rules stand on; each case is one that a simpler scan gets wrong.
@Suite struct SwiftTextTests {
  @Test(arguments: [
    ("a // try!", "a        "),
    ("a /* x /* y */ z */ b", "a                   b"),
    (#"f("try! \" x") + 1"#, #"f("         ") + 1"#),
    (##"f(#"a"b"#) + 1"##, ##"f(#"   "#) + 1"##),
    (#"f("a\(g("b", c(1)))d") + 1"#, #"f("                 ") + 1"#),
    ("f(\"\"\"\nif {\n\"\"\")", "f(\"\"\"\n    \n\"\"\")"),
  ])
  func `comments and strings are blanked and nothing else`(source: String, expected: String) {
    #expect(SwiftText(source).code == expected)
  }

  @Test func `functions are found with their lines and bodies`() {
    let functions = SwiftText(
      """
      protocol P {
        func required() -> Int
        init(x: Int)
      }
      struct S {
        private static func one(_ f: () -> Void = { }) -> Int {
          1
        }
        package init(
          a: Int
        ) throws(E) {
          if a > 0 { throw E() }
        }
        func two() { self.init(3) }
      }
      """
    ).functions()
    #expect(functions.map(\.name) == ["one", "init", "two"])
    #expect(functions.map(\.firstLine) == [6, 9, 14])
    #expect(functions.map(\.lineCount) == [3, 5, 1])
    #expect(functions[1].body.contains("throw E()"))
  }
}
