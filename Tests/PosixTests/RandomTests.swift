import Testing

@testable import Posix

@Suite struct RandomTests {
  @Test func `as many bytes as asked for, never the same twice`() {
    #expect(Random.bytes(0).isEmpty)
    #expect(Random.bytes(1_000).count == 1_000)
    #expect(Random.bytes(16) != Random.bytes(16))
  }
}
