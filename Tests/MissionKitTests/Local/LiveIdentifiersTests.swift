import MissionKit
import Testing

@Suite struct LiveIdentifiersTests {
  @Test func `ids ascend and never repeat`() {
    let identifiers = LiveIdentifiers()
    let ids = (0..<1000).map { _ in identifiers.makeJobID() }
    #expect(Set(ids).count == 1000)
    #expect(ids == ids.sorted())
  }
}
