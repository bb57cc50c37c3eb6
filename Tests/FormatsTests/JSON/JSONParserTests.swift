import Formats
import TestSupport
import Testing

@Suite struct JSONParserTests {
  @Test(
    arguments: [
      ("null", JSON.null), (" true ", true), ("false", false), ("0", 0), ("-0", 0), ("12", 12), ("-7", -7),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .decimal("9223372036854775808")),
      ("1.5", 1.5), ("0.1", 0.1), ("1e2", 100.0), ("1E+2", 100.0), ("25e-1", 2.5), ("1.0", 1.0),
      ("0.1000000000000000000001", .decimal("0.1000000000000000000001")),
      ("1.7976931348623157e308", .double(.greatestFiniteMagnitude)), ("1e400", .decimal("1e400")),
      ("1e-400", .decimal("1e-400")), ("0e-400", 0.0), ("5e-324", .double(.leastNonzeroMagnitude)),
      ("0.30000000000000004", 0.30000000000000004),
      ("123456789012345678.0", .decimal("123456789012345678.0")),
      ("1e999999999999999999", .decimal("1e999999999999999999")),
      (#""""#, ""), (#""a b""#, "a b"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
      (#""\u0041\u00e9\ud83d\ude00""#, "Aé😀"), (#""ééé longer than a word 😀""#, "ééé longer than a word 😀"),
      (#""\u0000""#, "\0"), ("[]", []), ("[1, [2], {}]", [1, [2], [:]]), ("{}", [:]),
      (#"{"b":1,"a":{"c":[null]}}"#, ["b": 1, "a": ["c": [nil]]]), ("\u{FEFF}[1]", [1]),
    ] as [(String, JSON)])
  func `accepts what RFC 8259 allows`(text: String, value: JSON) throws {
    #expect(try JSONParser.parse(text) == value)
  }

  @Test(arguments: [
    ("", "line 1, column 1: expected a value, found nothing"),
    ("  ", "line 1, column 3: expected a value, found the end of the text"),
    ("tru", "line 1, column 1: expected a value, found \"t\""),
    ("True", "line 1, column 1: expected a value, found \"T\""),
    ("nul!", "line 1, column 1: expected a value: only true, false and null are words in JSON"),
    ("01", "line 1, column 1: a number cannot begin with 0"),
    ("-", "line 1, column 2: expected a digit, found the end of the text"),
    ("1.", "line 1, column 3: expected a digit after the decimal point, found the end of the text"),
    ("1e+", "line 1, column 4: expected a digit of the exponent, found the end of the text"),
    (".5", "line 1, column 1: expected a value, found \".\""),
    ("+1", "line 1, column 1: expected a value, found \"+\""),
    ("NaN", "line 1, column 1: expected a value, found \"N\""),
    ("[1,]", "line 1, column 4: expected a value, found \"]\""),
    ("[1 2]", "line 1, column 4: expected \",\" or \"]\", found \"2\""),
    ("[1", "line 1, column 3: expected \",\" or \"]\", found the end of the text"),
    ("{\"a\":1,}", "line 1, column 8: expected a key in double quotes, found \"}\""),
    ("{a:1}", "line 1, column 2: expected a key in double quotes, found \"a\""),
    ("{\"a\" 1}", "line 1, column 6: expected \":\" after the key, found \"1\""),
    ("{\n  \"é\": 1,\n  \"é\": 2}", "line 3, column 3: the key \"é\" occurs twice in this object"),
    ("1 2", "line 1, column 3: expected the end of the text, found \"2\""),
    ("\"ab", "line 1, column 1: the string that begins here has no closing quote"),
    ("\"\\", "line 1, column 2: the text ends within an escape"),
    ("\"\\x\"", "line 1, column 2: unknown escape: JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX"),
    ("\"\\u12g4\"", "line 1, column 2: \\u needs four hexadecimal digits"),
    ("\"\\ud800\"", "line 1, column 2: a high surrogate needs a low one after it"),
    ("\"\\ud800\\u0041\"", "line 1, column 2: a high surrogate needs a low one after it"),
    ("\"\\udc00\"", "line 1, column 2: a low surrogate needs a high one before it"),
    (
      "\"a\tb\"", "line 1, column 3: a string cannot contain the control character U+0009 as it is: write \\t"
    ),
    (
      "\"a\0\"",
      "line 1, column 3: a string cannot contain the control character U+0000 as it is: write \\u0000"
    ),
    ("\0", "line 1, column 1: expected a value, found a NUL byte"),
    ("[é]", "line 1, column 2: expected a value, found \"é\""),
    ("\u{7}", "line 1, column 1: expected a value, found the control character U+0007"),
    ("[1] // no", "line 1, column 5: expected the end of the text, found \"/\""),
    ("'a'", "line 1, column 1: expected a value, found \"'\""),
  ])
  func `refuses everything else and says where and why`(text: String, message: String) {
    #expect(failure(Array(text.utf8)) == message)
  }

  @Test(
    arguments: [
      [0x80], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0xAF],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xFF], [0xC3],
    ] as [[UInt8]])
  func `refuses text that is not UTF-8`(bytes: [UInt8]) {
    let quoted = Array("[\"ok\", \"".utf8) + bytes + Array("\"]".utf8)
    #expect(failure(quoted) == "line 1, column 9: the text is not valid UTF-8")
  }

  @Test func `depth is limited`() throws {
    var limits = DocumentLimits()
    limits.depth = 3
    #expect(try JSONParser.parse("[[[1]]]", limits: limits) == [[[1]]])
    #expect(
      failure(Array("[[{\"a\":[]}]]".utf8), limits: limits)
        == "line 1, column 8: lists and maps lie more than 3 deep in each other")
  }

  @Test func `a million brackets are refused, not followed`() {
    let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    #expect(failure(bytes) == "line 1, column 201: lists and maps lie more than 200 deep in each other")
  }

  @Test func `strings and numbers are limited in length`() throws {
    var limits = DocumentLimits()
    limits.scalarBytes = 4
    #expect(try JSONParser.parse("[\"1234\", 1234]", limits: limits) == ["1234", 1234])
    #expect(
      failure(Array("[\"12345\"]".utf8), limits: limits)
        == "line 1, column 2: a string of 5 bytes is over the limit of 4")
    #expect(
      failure(Array("[12345]".utf8), limits: limits)
        == "line 1, column 2: a number of 5 bytes is over the limit of 4")
  }

  @Test func `an escaped NUL can be refused`() {
    var limits = DocumentLimits()
    limits.allowsNUL = false
    #expect(
      failure(Array(#""a\u0000""#.utf8), limits: limits)
        == "line 1, column 3: a string cannot contain U+0000 here")
  }

  @Test func `an object with many keys keeps their order and finds one that occurs twice`() throws {
    let members = (0..<100).map { "\"k\($0)\":\($0)" }
    let value = try JSONParser.parse("{" + members.joined(separator: ",") + "}")
    #expect(value.objectValue?.keys == (0..<100).map { "k\($0)" })
    #expect(
      failure(Array(("{" + members.joined(separator: ",") + ",\"k7\":0}").utf8))?
        .hasSuffix("the key \"k7\" occurs twice in this object") == true)
  }

  @Test func `random bytes and broken documents never crash it, and what it accepts it can write again`()
    throws
  {
    var random = SeededBytes(seed: 7)
    let alphabet = Array(#"[]{}",:\u0123eE+-.truefalsn "#.utf8) + [0, 0xC3, 0xA9, 0xFF, 10]
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
        alphabet.randomElement(using: &random)!
      }
      guard let value = try? JSONParser.parse(bytes) else { continue }
      #expect(try JSONParser.parse(value.compact) == value)
      #expect(try JSONParser.parse(value.pretty) == value)
    }
  }

  private func failure(_ bytes: [UInt8], limits: DocumentLimits = DocumentLimits()) -> String? {
    do throws(JSONError) {
      _ = try JSONParser.parse(bytes, limits: limits)
      return nil
    } catch {
      return error.description
    }
  }
}
