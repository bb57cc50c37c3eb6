import Formats
import Testing

@Suite struct HexTests {
  @Test func `bytes come back from their digits in either case`() {
    let bytes: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF]
    #expect(Hex.encode(bytes) == "00017f80ff")
    #expect(Hex.decode("00017f80ff") == bytes)
    #expect(Hex.decode("00017F80FF") == bytes)
    #expect(Hex.decode("") == [])
  }

  @Test(arguments: ["0", "0g", " 00", "0x", "é"])
  func `anything else is not hexadecimal`(text: String) {
    #expect(Hex.decode(text) == nil)
  }
}
