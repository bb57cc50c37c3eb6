import Testing

@testable import MissionSteps

@Suite struct CSVTableTests {
  @Test(arguments: [(",", 44), ("tab", 9), ("\\t", 9), ("\t", 9), (";", 59)] as [(String, UInt8)])
  func `a delimiter is one character`(text: String, byte: UInt8) {
    #expect(CSVTable.delimiter(text) == byte)
  }

  @Test(arguments: ["", ",,", "é", "\"", "\n", "\r"])
  func `what cannot separate is refused`(text: String) {
    #expect(CSVTable.delimiter(text) == nil)
  }
}
