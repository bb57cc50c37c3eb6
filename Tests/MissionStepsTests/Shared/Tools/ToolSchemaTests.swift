import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct ToolSchemaTests {
  @Test func `a model sees a step type's parameters without spellings and placeholders`() {
    let schema = ToolSchema.of(StepDeclaration(ReadFileStep.self))
    #expect(schema["required"] == ["path"])
    #expect(schema["properties"]?["path"]?["type"] == "string")
    #expect(schema["properties"]?["offset"]?["type"] == "integer")
    #expect(schema["properties"]?["output_variable"] == nil)
    #expect(schema["additionalProperties"] == false)
  }
}
