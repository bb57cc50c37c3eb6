import MissionModel
import TestSupport
import Testing

@testable import MissionStore

@Suite(.timeLimit(.minutes(1))) struct DocumentChunksTests {
  @Test(arguments: [0, 1, -1])
  func `a document comes back byte for byte on both sides of each bound`(offset: Int) async throws {
    let table = try await StoreFixture.open()
    for (number, chunks) in [1, 2, 5].enumerated() {
      let size = chunks * DocumentChunks.chunkBytes + offset
      let document = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
      try await table.submit(number) {
        $0.document = document
        $0.format = .json
      }
      let back = try #require(try await table.store.document(of: StoreFixture.id(number)))
      #expect(back.bytes == document)
      #expect(back.format == .json)
    }
    #expect(try await table.store.document(of: StoreFixture.id(77)) == nil)
    await table.close()
  }

  @Test func `an empty document is a document`() async throws {
    let table = try await StoreFixture.open()
    try await table.submit(1) { $0.document = [] }
    #expect(try await table.store.document(of: StoreFixture.id(1))?.bytes == [])
    await table.close()
  }
}
