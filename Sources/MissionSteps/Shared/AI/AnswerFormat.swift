package import Formats
package import MissionModel

/// What an answer has to be: text, JSON, or JSON that holds for a schema.
package enum AnswerFormat: Sendable, Equatable {
  case text
  case json
  case schema(JSON)

  /// As providers are told.
  package var chatFormat: ChatFormat {
    switch self {
    case .text: .text
    case .json: .json
    case .schema(let schema): .schema(schema)
    }
  }

  /// Makes the check of answers ready; nil where any text is right.
  package func check(_ context: StepContext) throws(StepFailure) -> AnswerCheck? {
    switch self {
    case .text: return nil
    case .json: return AnswerCheck(schema: nil)
    case .schema(let schema):
      do throws(ValidationError) {
        return AnswerCheck(schema: try JSONSchema(schema, patterns: context.patterns))
      } catch {
        let problems = error.problems.map { "\($0.pointer): \($0.message)" }.joined(separator: "; ")
        throw StepFailure(.badParameters, "response_format is no JSON Schema: \(problems)")
      }
    }
  }
}

/// Reads the JSON of an answer, and says what is wrong with it.
package struct AnswerCheck: Sendable {
  let schema: JSONSchema?

  /// What an answer turned out to be.
  package enum Outcome: Sendable, Equatable {
    case good(JSON)
    case bad(String)
  }

  /// Violations that the model is told of.
  private static let listed = 5

  /// Looks at an answer's text.
  package func look(at text: String) throws(StepFailure) -> Outcome {
    let value: JSON
    do throws(JSONError) { value = try JSONParser.parse(Self.withoutFence(text)) } catch {
      return .bad("it is no JSON: \(error.description)")
    }
    guard let violations = try schema?.validate(value), !violations.isEmpty else { return .good(value) }
    let lines = violations.prefix(Self.listed).map { violation in
      "\(violation.path.isEmpty ? "the value" : violation.path): \(violation.message)"
    }
    return .bad("it does not match the schema: \(lines.joined(separator: "; "))")
  }

  /// Models like to put JSON between lines of three backticks.
  static func withoutFence(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
    while let first = lines.first, first.allSatisfy(\.isWhitespace) { lines.removeFirst() }
    guard lines.count > 2, lines[0].hasPrefix("```"), lines[lines.count - 1].hasPrefix("```") else {
      return text
    }
    return lines[1..<(lines.count - 1)].joined(separator: "\n")
  }
}

extension ParameterKind where Value == AnswerFormat {
  /// `text`, `json`, or a JSON Schema.
  package static var answerFormat: ParameterKind {
    ParameterKind(
      expectation: "\"text\", \"json\" or a JSON Schema",
      schema: ["anyOf": [["type": "string", "enum": ["text", "json"]], ["type": "object"]]], stand: .text,
      encode: { format in
        switch format {
        case .text: "text"
        case .json: "json"
        case .schema(let schema): schema
        }
      }
    ) { value, rules in
      switch value {
      case "text", .object(["type": "text"]): return .text
      case "json", "json_object", .object(["type": "json_object"]): return .json
      case .string(let text):
        // What spells no schema is told with what was expected.
        guard rules.converts, let schema = try? JSONParser.parse(text), schema.objectValue != nil else {
          return nil
        }
        return .schema(schema)
      case .object(let object):
        // OpenAI's own form is understood, too.
        guard object["type"] == "json_schema" else { return .schema(value) }
        return object["json_schema"]?["schema"].map(AnswerFormat.schema)
      case .null, .bool, .integer, .double, .decimal, .array: return nil
      }
    }
  }
}
