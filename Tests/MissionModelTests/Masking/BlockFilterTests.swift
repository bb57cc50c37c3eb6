import TestSupport
import Testing

@testable import MissionModel

@Suite struct BlockFilterTests {
  @Test(arguments: [1, 100, 20_000])
  func `what is in the set is never missed, and hardly anything else is taken for it`(count: Int) {
    var generator = SeededBytes(seed: 3)
    let blocks = Set((0..<count).map { _ in UInt64.random(in: 0...UInt64.max, using: &generator) })
    var filter = BlockFilter(capacity: count)
    for block in blocks { filter.insert(block) }
    #expect(blocks.allSatisfy { filter.mayContain($0) })
    let foreign = (0..<10_000).map { _ in UInt64.random(in: 0...UInt64.max, using: &generator) }
    #expect(foreign.count { filter.mayContain($0) && !blocks.contains($0) } < 100)
  }

  @Test func `the first hit is one of the places that are looked at`() {
    var filter = BlockFilter(capacity: 1)
    filter.insert(7)
    let blocks: [UInt64] = [7, 1, 7, 2, 3, 7]
    func hit(from: Int, upTo last: Int, stride: Int) -> Int {
      filter.firstHit(from: from, upTo: last, stride: stride) { blocks[$0] }
    }
    #expect(hit(from: 0, upTo: 5, stride: 2) == 0)
    #expect(hit(from: 1, upTo: 5, stride: 2) == 5)
    #expect(hit(from: 3, upTo: 4, stride: 1) == 5, "past the last place: there is none")
    #expect(hit(from: 4, upTo: 3, stride: 1) == 4)
  }
}
