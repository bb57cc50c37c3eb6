import MissionModel
import Testing

@testable import Sandbox

@Suite struct ExtractionBudgetTests {
  private func budget(bytes: Int = 1 << 40, files: Int = 100, ratio: Int = 10) -> ExtractionBudget {
    var bounds = UnpackRequest.Bounds()
    bounds.bytes = bytes
    bounds.files = files
    bounds.ratio = ratio
    return ExtractionBudget(bounds, archiveBytes: 10 << 20)
  }

  @Test func `entries are counted to the limit and not beyond`() throws {
    var budget = budget(files: 2)
    try budget.takeEntry(size: 0)
    try budget.takeEntry(size: nil)
    #expect(
      throws: EntryPath.Refusal(
        message: "it holds more than 2 entries; raise max_files if it is to be trusted")
    ) { try budget.takeEntry(size: 0) }
  }

  @Test func `bytes are refused when they are announced, and when they come`() throws {
    let refusal = EntryPath.Refusal(
      message: "it holds more than 100 bytes; raise max_bytes if it is to be trusted")
    var budget = budget(bytes: 100)
    try budget.takeEntry(size: 100)
    #expect(throws: refusal) { try budget.takeEntry(size: 101) }
    try budget.take(100, bytesRead: 100)
    #expect(throws: refusal) { try budget.take(1, bytesRead: 100) }
    #expect(throws: refusal) { try budget.take(.max, bytesRead: 100) }
  }

  @Test func `the ratio counts beyond what is harmless, over bytes that count once`() throws {
    let harmless = Int64(UnpackRequest.Bounds.harmlessBytes)
    var budget = budget()
    try budget.take(harmless, bytesRead: 1)
    #expect(
      throws: EntryPath.Refusal(
        message: "it grows to more than 10 times its size; raise max_ratio if it is to be trusted")
    ) { try budget.take(1, bytesRead: 1) }
    var holes = self.budget()
    try holes.take(harmless * 100, hole: harmless * 100, bytesRead: 1)
    var again = self.budget()
    try again.take((100 << 20) - 1, bytesRead: 1 << 40)
    #expect(throws: EntryPath.Refusal.self) { try again.take(1, bytesRead: 1 << 40) }
  }
}
