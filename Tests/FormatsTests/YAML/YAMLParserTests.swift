import Formats
import TestSupport
import Testing

@Suite struct YAMLParserTests {
  /// The tables of YAML 1.2 §10.3.2, and what 1.1 had that 1.2 has not.
  @Test(
    arguments: [
      ("null", .null), ("Null", .null), ("NULL", .null), ("~", .null), ("", .null), ("nUll", "nUll"),
      ("true", true), ("True", true), ("TRUE", true), ("false", false), ("FALSE", false), ("tRue", "tRue"),
      ("yes", "yes"), ("no", "no"), ("on", "on"), ("Off", "Off"), ("y", "y"),
      ("0", 0), ("12", 12), ("-7", -7), ("+3", 3), ("0644", 644), ("0o644", 420), ("0xFf", 255), ("-0", 0),
      ("0b1", "0b1"), ("1_000", "1_000"), ("0x", "0x"), ("0o8", "0o8"), ("-0x1", "-0x1"), ("12:30", "12:30"),
      ("9223372036854775808", .decimal("9223372036854775808")),
      ("0xFFFFFFFFFFFFFFFF", .decimal("18446744073709551615")),
      ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("-.5e-1", -0.05), ("1e3", 1000.0), ("+1.0", 1.0),
      ("00.5", 0.5),
      ("1e", "1e"), (".", "."), ("-", [nil]), ("+", "+"), ("..", ".."), ("1.2.3", "1.2.3"), ("e3", "e3"),
      ("1e400", .decimal("1e400")), ("0.1000000000000000000001", .decimal("0.1000000000000000000001")),
      ("2025-01-01", "2025-01-01"), ("'12'", "12"), ("\"true\"", "true"), ("'~'", "~"), ("|\n  12\n", "12\n"),
      ("!!str 12", "12"), ("! 12", "12"), ("!!int '12'", 12), ("!!float 1", 1), ("!!bool 'true'", true),
      ("!!null ''", .null), ("\"\\x41\\u00e9\\0\"", "Aé\0"), ("\u{FEFF}a: 1", ["a": 1]),
    ] as [(String, JSON)])
  func `scalars are read by the core schema`(text: String, value: JSON) throws {
    #expect(try YAMLParser.parse(text) == value)
  }

  @Test(arguments: [
    ("a: 1\nb:\n  - x\n  - {c: d}\n", #"{"a":1,"b":["x",{"c":"d"}]}"#),
    ("[]", "[]"), ("{}", "{}"), ("- []\n- {}\n-\n", "[[],{},null]"),
    ("{\"a\": 1, 'b': [true, null]}", #"{"a":1,"b":[true,null]}"#),
    ("1: x\ntrue: y\n~: z\n", #"{"1":"x","true":"y","~":"z"}"#),
    ("a: >\n  folded\n  text\nb: |-\n  kept\n  \"lines\"\n", #"{"a":"folded text\n","b":"kept\n\"lines\""}"#),
    ("a: &x [1, 2]\nb: *x\nc: [*x, *x]", #"{"a":[1,2],"b":[1,2],"c":[[1,2],[1,2]]}"#),
    ("&k key: &v value\n*v : *k", #"{"key":"value","value":"key"}"#),
    ("a: &n 7\n*n : &n 8\nb: *n", #"{"a":7,"7":8,"b":8}"#),
    ("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3", #"{"x":{"a":1,"b":2},"y":{"b":3,"a":1}}"#),
    (
      "x: &x {a: 1}\nz: &z {a: 2, c: 3}\ny: {<<: [*x, *z], d: 4}",
      #"{"x":{"a":1},"z":{"a":2,"c":3},"y":{"d":4,"a":1,"c":3}}"#
    ),
    ("y:\n  d: 1\n  <<: {a: &i 1, b: *i}\nz: *i", #"{"y":{"d":1,"a":1,"b":1},"z":1}"#),
    ("y: {<<: []}\nz: {<<: {}}\nw: {'<<': 1}", #"{"y":{},"z":{},"w":{"<<":1}}"#),
    ("y: {<<: {a: {b: [1]}, c: d}, a: 2}", #"{"y":{"a":2,"c":"d"}}"#),
    ("# nothing but this", "null"), ("---\na: 1\n...\n", #"{"a":1}"#), ("%YAML 1.2\n--- x", #""x""#),
  ])
  func `documents become JSON in the order in which they are written`(text: String, json: String) throws {
    #expect(try YAMLParser.parse(text).compact == json)
    let bytes = try YAMLTranscoder.transcode(Array(text.utf8))
    #expect(String(decoding: bytes, as: UTF8.self) == json)
  }

  @Test(arguments: [
    ("a: 1\na: 2", "line 2, column 1: the key \"a\" occurs twice in this map"),
    ("1: 1\n'1': 2", "line 2, column 1: the key \"1\" occurs twice in this map"),
    ("\"e\\u0301\": 1\né: 2", "line 2, column 1: the key \"é\" occurs twice in this map"),
    ("a: .inf", "line 1, column 4: JSON has no number for .inf: quote it if it is meant as text"),
    ("- -.Inf", "line 1, column 3: JSON has no number for -.Inf: quote it if it is meant as text"),
    ("- .nan", "line 1, column 3: JSON has no number for .nan: quote it if it is meant as text"),
    (
      "- 0x1FFFFFFFFFFFFFFFF",
      "line 1, column 3: the number 0x1FFFFFFFFFFFFFFFF is too large: 64 bits are the limit"
    ),
    ("? [1]\n: 2", "line 1, column 3: a key must be a scalar: JSON has no lists as keys"),
    ("{{a: b}: c}", "line 1, column 2: a key must be a scalar: JSON has no maps as keys"),
    ("a: &x [1]\n*x : 2", "line 2, column 1: a key must be a scalar: JSON has no lists or maps as keys"),
    ("a: !!binary aGk=", "line 1, column 4: the tag !!binary is not supported: JSON has no such type"),
    ("a: !custom x", "line 1, column 4: the tag !custom is not supported: JSON has no such type"),
    ("!!set {a}", "line 1, column 1: the tag !!set is not supported: JSON has no such type"),
    ("!!int x", "line 1, column 1: \"x\" is not what its tag !!int says"),
    ("a: *x", "line 1, column 4: no anchor &x comes before this alias"),
    ("a: &x [*x]", "line 1, column 8: the alias *x stands within what it refers to"),
    ("<<: 1", "line 1, column 5: << must be given a map or a list of maps"),
    ("<<: [{a: 1}, 2]", "line 1, column 15: << must be given a map or a list of maps"),
    ("a\n---\nb", "line 2, column 1: a second document begins here: only one is expected"),
    ("a:\n\t- b", "line 2, column 1: a tab cannot indent YAML: use blanks"),
    (
      "a: [1, 2",
      "line 2, column 1: did not find expected ',' or ']' while parsing a flow sequence that begins in line 1"
    ),
    ("a: 'b", "line 1, column 6: found unexpected end of stream while scanning a quoted scalar"),
    ("a: b: c", "line 1, column 5: mapping values are not allowed in this context"),
    ("a: 1\n b: 2", "line 2, column 3: mapping values are not allowed in this context"),
    ("a: b\0c", "line 1, column 5: YAML cannot contain NUL bytes"),
    (
      "a: \u{1}",
      "line 1, column 4: YAML cannot contain control characters as they are: use \"\\xNN\" in double quotes"
    ),
  ])
  func `what JSON cannot hold and what is no YAML is refused with its place`(text: String, message: String) {
    #expect(failure(Array(text.utf8)) == message)
  }

  @Test func `text that is not UTF-8 is refused, UTF-16 too`() {
    #expect(failure([0x61, 0x3A, 0x20, 0xFF]) == "line 1, column 4: the text is not valid UTF-8")
    #expect(failure([0xFF, 0xFE, 0x61, 0x00]) == "line 1, column 1: the text is not valid UTF-8")
  }

  @Test func `an alias bomb is refused while it is small`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      text +=
        "a\(level): &a\(level) [" + repeatElement("*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
    }
    #expect(
      failure(Array(text.utf8))?.hasSuffix("aliases add more than 1000000 nodes to the document") == true)
  }

  @Test func `aliases of one large scalar are limited in bytes`() {
    var limits = DocumentLimits()
    limits.totalBytes = 10_000
    let text = "a: &a " + String(repeating: "x", count: 3000) + "\nb: [*a, *a, *a, *a]"
    #expect(
      failure(Array(text.utf8), limits: limits)
        == "line 2, column 13: the document becomes more than 10000 bytes of JSON")
  }

  @Test(arguments: ["[", "{a: ", "- ", "? "])
  func `nesting without an end is refused, not followed`(piece: String) {
    let text = String(repeating: piece, count: 1_000_000)
    let message = failure(Array(text.utf8))
    #expect(
      message?.contains("more than 200 deep") == true || message?.contains("a key must be a scalar") == true,
      "\(message ?? "accepted")")
  }

  @Test func `aliases cannot make it deeper than the limit`() {
    var limits = DocumentLimits()
    limits.depth = 4
    #expect(failure(Array("a: &a [[1]]\nb: [*a]".utf8), limits: limits) == nil)
    #expect(
      failure(Array("a: &a [[1]]\nb: [[*a]]".utf8), limits: limits)
        == "line 2, column 6: lists and maps lie more than 4 deep in each other")
  }

  @Test func `scalars are limited and NUL can be refused`() {
    var limits = DocumentLimits()
    limits.scalarBytes = 3
    limits.allowsNUL = false
    #expect(failure(Array("[abc]".utf8), limits: limits) == nil)
    #expect(
      failure(Array("[abcd]".utf8), limits: limits)
        == "line 1, column 2: a scalar of 4 bytes is over the limit of 3")
    #expect(
      failure(Array("[\"\\0\"]".utf8), limits: limits)
        == "line 1, column 2: a scalar cannot contain U+0000 here")
  }

  @Test func `many keys keep their order and one that occurs twice is found`() throws {
    let lines = (0..<1000).map { "k\($0): \($0)\n" }.joined()
    #expect(try YAMLParser.parse(lines).objectValue?.keys == (0..<1000).map { "k\($0)" })
    #expect(
      failure(Array((lines + "k5: 1").utf8)) == "line 1001, column 1: the key \"k5\" occurs twice in this map"
    )
  }

  @Test func `all documents of a text are read in order`() throws {
    #expect(try YAMLParser.parseAll(Array("a: 1\n---\n- 2\n---\n".utf8)) == [["a": 1], [2], .null])
    #expect(try YAMLParser.parseAll([]) == [])
    #expect(throws: YAMLError.self) { try YAMLParser.parseAll(Array("a: &x 1\n---\nb: *x".utf8)) }
  }

  @Test func `random text never crashes it and always becomes JSON or an error`() throws {
    var random = SeededBytes(seed: 11)
    let pieces = [
      "a", ": ", "- ", "\n", "  ", "&x ", "*x", "<<: ", "[", "]", "{", "}", ",", "'", "\"", "|", ">", "#",
      "1", "\t", "é", "\u{1}", "!!int ", "? ", "---\n", "~",
    ]
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in pieces.randomElement(using: &random)!
      }.joined()
      guard let bytes = try? YAMLTranscoder.transcode(Array(text.utf8)) else { continue }
      #expect(throws: Never.self, "\(text)") { try JSONParser.parse(bytes) }
    }
  }

  private func failure(_ bytes: [UInt8], limits: DocumentLimits = DocumentLimits()) -> String? {
    do throws(YAMLError) {
      _ = try YAMLParser.parse(bytes, limits: limits)
      return nil
    } catch {
      return error.description
    }
  }
}
