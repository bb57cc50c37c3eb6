import Testing

@testable import MissionStore

@Suite struct KnowledgeTablesTests {
  @Test func `the keys of collections follow each other and never meet`() {
    let (first, second) = (PassageKey.range(of: 1), PassageKey.range(of: 2))
    #expect(first.upperBound == second.lowerBound)
    #expect(first.count == 1 << 40)
    #expect(PassageKey.range(of: 1 << 22 - 1).upperBound > 0)
  }
}
