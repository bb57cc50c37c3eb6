import Formats
import Testing

@Suite struct Base64Tests {
  /// The vectors of RFC 4648 §10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func `agrees with RFC 4648`(text: String, encoded: String) throws {
    #expect(Base64.encode(Array(text.utf8)) == encoded)
    #expect(try Base64.decode(encoded) == Array(text.utf8))
  }

  @Test func `every byte comes back, also over several lines`() throws {
    let bytes = (0...255).map { UInt8($0) }
    let text = Base64.encode(bytes)
    #expect(try Base64.decode(text) == bytes)
    #expect(try Base64.decode(text.prefix(76) + "\r\n" + text.dropFirst(76) + "\n") == bytes)
  }

  @Test(arguments: [
    ("Zm9v!", "character 5 of the base64 text is not one of its alphabet"),
    ("Zm8=Zg==", "character 5 of the base64 text follows its padding"),
    ("Zm9vY", "the base64 text has 5 characters and 0 of padding, which together are no multiple of four"),
    ("Zg=", "the base64 text has 2 characters and 1 of padding, which together are no multiple of four"),
    ("Zg", "the base64 text has 2 characters and 0 of padding, which together are no multiple of four"),
    ("Zm9v====", "the base64 text has 4 characters and 4 of padding, which together are no multiple of four"),
    ("Zh==", "the last character of the base64 text holds bits that belong to no byte"),
    ("Zm_v", "character 3 of the base64 text is not one of its alphabet"),
  ])
  func `refuses what is not base64 and says why`(text: String, message: String) {
    #expect(throws: Base64Error(description: message)) { try Base64.decode(text) }
  }
}
