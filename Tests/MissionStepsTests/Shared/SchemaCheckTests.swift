import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct SchemaCheckTests {
  @Test func `ten violations are listed, and the rest is counted`() async throws {
    let schema = try JSONSchema(["items": ["type": "string"]], patterns: .unavailable)
    let values = JSON.array((0..<12).map { JSON($0) })
    let failed = await failure { try schema.require(values, from: "x.json", output: ["valid": false]) }
    #expect(failed?.message.hasPrefix("x.json does not match the schema: /0: ") == true)
    #expect(failed?.message.contains("; /9: ") == true)
    #expect(failed?.message.hasSuffix("; and 2 more") == true)
    #expect(failed?.output == ["valid": false])
  }
}
