import HTTP
import Testing

@Suite struct PercentCodingTests {
  @Test(arguments: [
    ("a%20b", "a b"), ("%C3%BC", "ü"), ("a+b", "a+b"), ("100%", "100%"), ("%4", "%4"), ("%zz", "%zz"),
    ("%FF", "\u{FFFD}"),
  ])
  func `escapes are decoded and the rest is kept`(text: String, decoded: String) {
    #expect(PercentCoding.decode(text.utf8) == decoded)
  }

  @Test func `a plus is a space in queries alone`() {
    #expect(PercentCoding.decode("a+b".utf8, plusIsSpace: true) == "a b")
  }

  @Test(arguments: ["", "plain-._~", "a b/ü?&=+%", "\0\n"])
  func `what was encoded is decoded to itself`(text: String) {
    #expect(PercentCoding.decode(PercentCoding.encode(text).utf8, plusIsSpace: true) == text)
  }

  @Test func `everything but the unreserved characters is encoded`() {
    #expect(PercentCoding.encode("a/b c~") == "a%2Fb%20c~")
  }
}
