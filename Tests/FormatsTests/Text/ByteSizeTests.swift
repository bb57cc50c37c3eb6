import Formats
import Testing

@Suite struct ByteSizeTests {
  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (1 << 20, "1 MiB"),
      (3 << 30, "3 GiB"),
      (5 << 40, "5 TiB"),
    ] as [(Int64, String)])
  func `is written with the largest unit that fits`(bytes: Int64, text: String) {
    #expect(ByteSize.describe(bytes) == text)
    #expect(ByteSize.parse(text) == bytes)
  }

  @Test(
    arguments: [("4096", 4096), ("16M", 16 << 20), ("16 MiB", 16 << 20), ("1.5gb", 3 << 29), ("2k", 2048)]
      as [(String, Int64)])
  func `is read in the usual spellings`(text: String, bytes: Int64) {
    #expect(ByteSize.parse(text) == bytes)
  }

  @Test(arguments: ["", "x", "1 parsec", "-1", "1e3", "0.3", "9999999999T", "1..2"])
  func `anything else is no size`(text: String) {
    #expect(ByteSize.parse(text) == nil)
  }
}
