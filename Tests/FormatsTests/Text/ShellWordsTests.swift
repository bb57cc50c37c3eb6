import Formats
import Testing

@Suite struct ShellWordsTests {
  @Test(
    arguments: [
      ("", []), ("  ", []), ("a", ["a"]), (" a  b\tc\n", ["a", "b", "c"]),
      ("'a b' \"c d\"", ["a b", "c d"]), ("a'b'\"c\"d", ["abcd"]), ("''", [""]), ("\"\" x", ["", "x"]),
      (#"a\ b \' \""#, ["a b", "'", "\""]), (#""a\"b\\c\$d\e""#, [#"a"b\c$d\e"#]), (#"'a\b'"#, [#"a\b"#]),
      ("a\\\nb", ["ab"]), ("\"a\\\nb\"", ["ab"]), ("ü 😀", ["ü", "😀"]),
      ("--x=$HOME ~ *", ["--x=$HOME", "~", "*"]),
      ("echo {{ name }} x", ["echo", "{{ name }}", "x"]),
      (#"echo "{{ a | default("x y") }}/z""#, ["echo", #"{{ a | default("x y") }}/z"#]),
      (#"echo {{ a | default("}}") }}"#, ["echo", #"{{ a | default("}}") }}"#]),
      ("echo {{ broken", ["echo", "{{", "broken"]), ("a {x}", ["a", "{x}"]),
      ("{{{{ a }}", ["{{{{", "a", "}}"]),
    ] as [(String, [String])])
  func `splits as a shell does`(text: String, words: [String]) throws {
    let split = try ShellWords(splitting: text)
    #expect(split.words == words)
    #expect(split.shellOperator == nil)
  }

  @Test(arguments: [
    ("a | b", "|", 3), ("a && b", "&&", 3), ("a || b", "||", 3), ("a; b", ";", 2), ("a > f", ">", 3),
    ("a 2>&1", ">", 4), ("a >> f", ">>", 3), ("a < f", "<", 3), ("a &", "&", 3), ("a `b`", "`", 3),
    ("a $(b)", "$(", 3), ("a \"$(b)\"", "$(", 4), ("a\nb", "a line break", 2),
    ("curl http://x?a=1&b=2", "&", 18),
  ])
  func `finds what only a shell understands`(text: String, found: String, column: Int) throws {
    let shellOperator = try ShellWords(splitting: text).shellOperator
    #expect(shellOperator?.text == found)
    #expect(shellOperator?.column == column)
  }

  @Test(arguments: ["'a | b'", "\"a && b > c ; d\"", #"a \| b"#, "a '$(b)'", #"a "\$(b)""#, "{{ x | json }}"])
  func `finds none where it is quoted`(text: String) throws {
    #expect(try ShellWords(splitting: text).shellOperator == nil)
  }

  @Test(arguments: [
    ("a 'b", "the quote ' at character 3 is never closed"),
    ("a \"b", "the quote \" at character 3 is never closed"),
    ("a \\", "the text ends with a backslash that escapes nothing"),
  ])
  func `refuses quotes without an end`(text: String, message: String) {
    #expect(throws: ShellWordsError(description: message)) { try ShellWords(splitting: text) }
  }

  @Test(arguments: ["", "plain", "a b", "it's", "$(x) `y` \"z\" \\", "\n", "é", "--a=b/c,d:e"])
  func `a quoted word is read back as itself`(word: String) throws {
    #expect(try ShellWords(splitting: ShellWords.quote(word)).words == [word])
  }

  @Test func `only what needs quotes gets them`() {
    #expect(ShellWords.quote("a-b_c/d.e=f:g,h@i%j+k") == "a-b_c/d.e=f:g,h@i%j+k")
    #expect(ShellWords.quote("it's") == #"'it'\''s'"#)
    #expect(ShellWords.quote("") == "''")
  }
}
