import Formats
import Testing

@testable import Sandbox

@Suite struct HTTPDateTests {
  @Test func `the form that servers have to write is an instant`() {
    #expect(HTTPDate.parse("Sun, 06 Nov 1994 08:49:37 GMT") == Timestamp(milliseconds: 784_111_777_000))
    #expect(HTTPDate.parse("Sun, 6 Nov 1994 08:49:37 GMT") == Timestamp(milliseconds: 784_111_777_000))
  }

  @Test(arguments: [
    "", "soon", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 25:49:37 GMT",
    "Sun, 06 Foo 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
  ])
  func `every other form is none`(text: String) {
    #expect(HTTPDate.parse(text) == nil)
  }
}
