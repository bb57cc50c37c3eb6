import Formats
import Testing

@Suite struct PercentEncodingTests {
  @Test func `a component keeps only what is unreserved`() {
    #expect(PercentEncoding.encode("aZ09-._~ /?&=+é%") == "aZ09-._~%20%2F%3F%26%3D%2B%C3%A9%25")
  }

  @Test func `a path keeps its slashes`() {
    #expect(PercentEncoding.encode("/a b/ü;x=1?", for: .path) == "/a%20b/%C3%BC;x=1%3F")
  }

  @Test func `what was encoded comes back`() {
    #expect(PercentEncoding.decode("a%20b%2fc%C3%A9+d") == "a b/cé+d")
    #expect(PercentEncoding.decode("a+b%2B", plusIsSpace: true) == "a b+")
  }

  @Test(arguments: ["%", "%2", "%zz", "%ff", "a%C3"])
  func `broken escapes and broken UTF-8 are refused`(text: String) {
    #expect(PercentEncoding.decode(text) == nil)
  }
}
