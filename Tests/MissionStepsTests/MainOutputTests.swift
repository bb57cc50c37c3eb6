import MissionModel
import Testing

@testable import MissionSteps

/// What `{{STEP_result}}` and `output_variable` give.
@Suite struct MainOutputTests {
  /// The types that give one field of their output; every other type gives the whole of it.
  private static let fields = [
    "agent": "result", "chain": "result", "command": "stdout", "http": "response", "llm": "content",
    "model_inference": "response", "parse_json": "parsed", "parse_xml": "root", "parse_yaml": "parsed",
    "rag_query": "context", "read_file": "content", "redis_get": "value", "sql_query": "rows",
    "ssh_execute": "stdout",
  ]

  @Test func `a main output is a field that says what the step was for, else the whole output`() {
    for type in StepCatalog.builtin.declarations {
      #expect(type.mainOutput == Self.fields[type.name], "\(type.name)")
      guard let field = type.mainOutput else { continue }
      #expect(type.outputs.contains { $0.name == field }, "\(type.name) has no output \(field)")
    }
  }
}
