import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct ChainPartTests {
  private static func read(_ text: String) throws -> (parts: [ChainPart]?, message: String?, path: String) {
    var rules = ReadingRules(converts: true)
    let parts = ChainPart.read(try YAMLParser.parse(text).arrayValue ?? [], &rules)
    return (parts, rules.message, rules.path)
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
    ("[{ step_name: a }]", "step_type is required", "/0"),
    ("[1]", "expected a map with step_name, step_type and parameters, not an integer", "/0"),
    ("[{ type: noop, paramters: {} }]", "unknown field \"paramters\"; did you mean \"parameters\"?", "/0"),
    (
      "[{ type: noop, id: 1a }]",
      "\"1a\" is no name: use letters, digits, _ and -, and begin with a letter or _", "/0"
    ),
    ("[{ type: noop, timeout_seconds: 0 }]", "timeout_seconds is a number of at least 1", "/0"),
    ("[]", "is empty", ""),
  ])
  func `what is wrong is told with its place`(text: String, message: String, path: String) throws {
    let read = try Self.read(text)
    #expect(read.parts == nil)
    #expect(read.message == message)
    #expect(read.path == path)
  }
}
