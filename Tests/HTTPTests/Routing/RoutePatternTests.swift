import Testing

@testable import HTTP

@Suite struct RoutePatternTests {
  @Test func `places are told from text`() {
    let pattern = RoutePattern("/missions/{id}/steps/{step}")
    #expect(pattern.parameterNames == ["id", "step"])
    #expect(pattern.segments[0] == .literal(Array("missions".utf8)))
  }

  @Test func `a place named twice is a programmer error`() async {
    await #expect(processExitsWith: .failure) { _ = RoutePattern("/{id}/{id}") }
  }

  @Test func `a pattern without a slash in front is a programmer error`() async {
    await #expect(processExitsWith: .failure) { _ = RoutePattern("missions") }
  }
}
