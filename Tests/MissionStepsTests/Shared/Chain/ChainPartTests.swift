import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct ChainPartTests {
  private static func read(_ text: String) throws -> (parts: [ChainPart]?, message: String?, path: String?) {
    var reader = ParameterReader(["steps": try YAMLParser.parse(text)], for: .running)
    let parts: [ChainPart]? = reader.optional("steps", .chainParts, "x")
    return (parts, reader.problems.first?.message, reader.problems.first?.pointer)
  }

  @Test func `all spellings are read, and names are made up`() throws {
    let parts = try #require(
      try Self.read(
        "[{ step_name: a, step_type: noop, timeout_seconds: 2 }, { id: b, type: noop }, { type: noop }]"
      ).parts)
    #expect(parts.map(\.name) == ["a", "b", "step3"])
    #expect(parts[0].timeoutSeconds == 2)
  }

  @Test(arguments: [
    ("[{ step_name: a }]", "step_type is required", "/steps/0"),
    ("[1]", "expected a map with step_name, step_type and parameters, not an integer", "/steps/0"),
    (
      "[{ type: noop, paramters: {} }]", "unknown field \"paramters\"; did you mean \"parameters\"?",
      "/steps/0"
    ),
    (
      "[{ type: noop, id: 1a }]",
      "\"1a\" is no name: use letters, digits, _ and -, and begin with a letter or _", "/steps/0"
    ),
    ("[{ type: noop, timeout_seconds: 0 }]", "timeout_seconds is a number of at least 1", "/steps/0"),
    ("[]", "is empty", "/steps"),
  ])
  func `what is wrong is told with its place`(text: String, message: String, path: String) throws {
    let read = try Self.read(text)
    #expect(read.parts == nil)
    #expect(read.message == message)
    #expect(read.path == path)
  }
}
