import Testing

@testable import MissionSteps

@Suite struct ObservationTextTests {
  @Test func `long observations keep both ends`() {
    let text = String(repeating: "a", count: 40_000) + "END"
    let cut = ObservationText.cut(text)
    #expect(cut.hasSuffix("END"))
    #expect(cut.contains("\n… 7235 bytes are left out …\n"))
    #expect(ObservationText.cut("short") == "short")
  }
}
