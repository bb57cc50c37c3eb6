import Formats
import MissionModel
import TestSupport
import Testing

@testable import MissionSteps

@Suite struct AnswerFormatTests {
  private static func read(_ text: String) throws -> AnswerFormat? {
    var reader = ParameterReader(["f": try YAMLParser.parse(text)], for: .running)
    return reader.optional("f", .answerFormat, "x")
  }

  @Test func `a format is a word, a schema, or what OpenAI writes`() throws {
    #expect(try Self.read("json") == .json)
    #expect(try Self.read("{ type: json_object }") == .json)
    #expect(try Self.read("{ type: text }") == .text)
    #expect(try Self.read("{ type: array }") == .schema(["type": "array"]))
    #expect(
      try Self.read("{ type: json_schema, json_schema: { name: a, schema: { type: array } } }")
        == .schema(["type": "array"]))
    #expect(try Self.read("'{\"type\":\"array\"}'") == .schema(["type": "array"]))
    #expect(try Self.read("xml") == nil)
  }

  @Test(arguments: [
    ("{}", "{}"), ("```json\n{}\n```", "{}"), ("\n```\n[1,\n2]\n```\n\n", "[1,\n2]"),
    ("```\n```", "```\n```"),
  ])
  func `a fence around JSON is taken away`(text: String, inside: String) {
    #expect(AnswerCheck.withoutFence(text) == inside)
  }
}
