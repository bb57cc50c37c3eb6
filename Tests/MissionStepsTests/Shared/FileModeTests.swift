import MissionSteps
import Testing

@Suite struct FileModeTests {
  @Test(arguments: [
    ("644", 0o644), ("0755", 0o755), ("0o600", 0o600), ("7777", 0o7777), ("0", 0), ("17777", nil), ("8", nil),
    ("", nil), ("-1", nil), ("0o", nil), ("rw", nil), ("0000644", nil),
  ])
  func `octal digits are read`(text: String, bits: UInt32?) { #expect(FileMode(text)?.bits == bits) }

  @Test func `it is written with four digits`() {
    #expect(FileMode(bits: 0o44).text == "0044")
    #expect(FileMode(bits: 0o4755).text == "4755")
  }
}
