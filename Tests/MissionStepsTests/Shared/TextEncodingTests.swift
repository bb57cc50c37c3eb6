import Formats
import MissionSteps
import Testing

@Suite struct TextEncodingTests {
  @Test func `text stands for its bytes`() throws {
    #expect(try TextEncoding.utf8.decode("é") == [0xC3, 0xA9])
    #expect(try TextEncoding.base64.decode("w6k=") == [0xC3, 0xA9])
    #expect(throws: Base64Error.self) { try TextEncoding.base64.decode("?") }
  }
}
