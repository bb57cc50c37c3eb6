import MissionSteps
import Testing

@Suite struct SyntaxCheckTests {
  @Test func `what cannot be parsed is told by its place`() {
    let json = SyntaxCheck.problem(in: Array("{\n \"a\": }".utf8), language: "json")
    #expect(json?.line == 2)
    #expect(json?.rule == "syntax")
    #expect(SyntaxCheck.problem(in: Array("a: [\n".utf8), language: "yaml")?.severity == .error)
    #expect(SyntaxCheck.problem(in: Array("[1]".utf8), language: "json") == nil)
    #expect(SyntaxCheck.problem(in: Array("--- 1\n--- 2\n".utf8), language: "yaml") == nil)
  }
}
