import Formats
import Testing

@Suite struct UTF8ValidationTests {
  @Test func `the first bad byte is found wherever it is`() {
    #expect(UTF8Validation.firstInvalidByte(in: Array("long plain text, é, ü and 😀 too".utf8)) == nil)
    #expect(UTF8Validation.firstInvalidByte(in: []) == nil)
    for bad in [
      [0x80], [0xC1, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xFE],
    ] {
      for place in 0..<20 {
        let bytes = [UInt8](repeating: 0x61, count: place) + bad.map { UInt8($0) } + [0x61]
        #expect(UTF8Validation.firstInvalidByte(in: bytes) == place)
      }
    }
  }
}
