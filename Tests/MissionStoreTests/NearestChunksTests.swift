import TestSupport
import Testing

@testable import MissionStore

@Suite struct NearestChunksTests {
  @Test func `whoever cannot reach the last of the best is dropped`() {
    var nearest = NearestChunks(limit: 2, threshold: nil)
    nearest.note(1, least: 0.1, most: 0.2)
    nearest.note(2, least: 0.5, most: 0.6)
    nearest.note(3, least: 0.3, most: 0.55)
    nearest.note(4, least: 0.0, most: 0.31)
    nearest.note(5, least: 0.0, most: 0.29)
    #expect(nearest.bar == 0.3)
    #expect(nearest.keys == [2, 3, 4])
  }

  @Test func `whoever cannot reach the threshold never comes in`() {
    var nearest = NearestChunks(limit: 5, threshold: 0.5)
    nearest.note(1, least: 0.4, most: 0.49)
    nearest.note(2, least: 0.4, most: 0.51)
    #expect(nearest.keys == [2])
  }

  @Test func `the best of many are kept, whatever their order`() {
    var random = SeededBytes(seed: 5)
    let scores = (0..<20_000).map { _ in Double.random(in: 0...1, using: &random) }
    var nearest = NearestChunks(limit: 10, threshold: nil)
    for (key, score) in scores.enumerated() { nearest.note(Int64(key), least: score, most: score) }
    let best = scores.indices.sorted { scores[$0] > scores[$1] }.prefix(10).map(Int64.init)
    #expect(Set(nearest.keys) == Set(best))
  }
}
