import Testing

@testable import Sandbox

@Suite struct PackingTests {
  @Test(
    arguments: [
      (0, nil), (9, nil), (10, 10), (15, 5), (20, nil), (29, nil), (30, 70), (99, 1),
    ] as [(Int64, Int64?)])
  func `a hole reaches to the next data or the end`(offset: Int64, hole: Int64?) {
    #expect(Packing.hole(at: offset, in: [0..<10, 20..<30], size: 100) == hole)
  }

  @Test func `a file without known holes has none`() {
    #expect(Packing.hole(at: 0, in: nil, size: 100) == nil)
    #expect(Packing.hole(at: 0, in: [], size: 100) == 100)
  }
}
