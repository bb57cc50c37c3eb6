import Posix
import Testing

@Suite struct ResidentMemoryTests {
  @Test func `what is given back is smaller, and everything still works`() throws {
    var blocks = (0..<20_000).map { [UInt8](repeating: UInt8($0 & 0xff), count: 1000) }
    #expect(blocks.reduce(0) { $0 + $1.count } == 20_000_000)
    let before = try ProcessStatistics.current().residentBytes
    blocks = []
    ResidentMemory.release()
    let after = try ProcessStatistics.current().residentBytes
    #expect(after < before)
    #expect("code runs again".uppercased() == "CODE RUNS AGAIN")
  }
}
