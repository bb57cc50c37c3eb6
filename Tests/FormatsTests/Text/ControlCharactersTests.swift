import Testing

@testable import Formats

@Suite struct ControlCharactersTests {
  @Test func `every byte below 0x20, quotes and backslashes have an escape that reads back`() throws {
    for byte in Array(UInt8(0)..<0x20) + [UInt8(ascii: "\""), UInt8(ascii: "\\")] {
      let text = "\"" + ControlCharacters.jsonEscape(byte) + "\""
      let expected = JSON.string(String(decoding: [byte], as: UTF8.self))
      #expect(try JSONParser.parse(text) == expected, "\(byte)")
    }
  }

  @Test func `the short escapes are those of RFC 8259`() {
    let short = (UInt8(0)..<0x20).map(ControlCharacters.jsonEscape).filter { $0.count == 2 }
    #expect(short == ["\\b", "\\t", "\\n", "\\f", "\\r"])
    #expect(ControlCharacters.jsonEscape(0x1F) == "\\u001f")
    #expect(ControlCharacters.jsonEscape(0x00) == "\\u0000")
  }

  @Test func `a letter after a backslash is read as it was written`() {
    for byte in [0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x22, 0x5C] as [UInt8] {
      let escape = Array(ControlCharacters.jsonEscape(byte).utf8)
      #expect(ControlCharacters.unescaped(escape[1]) == byte)
    }
    #expect(ControlCharacters.unescaped(UInt8(ascii: "/")) == UInt8(ascii: "/"))
  }

  @Test func `messages name a character by its number`() {
    #expect(ControlCharacters.name(0x1B) == "U+001B")
    #expect(ControlCharacters.name(0) == "U+0000")
  }
}
