import Formats
import MissionModel

/// One step to be carried out on its own: `{"step": {…}, "context": {…}}`.
enum StepSubmission {
  /// Makes a mission of one step of it, in JSON.
  static func mission(of content: [UInt8], as format: DocumentFormat?) throws(ValidationError) -> [UInt8] {
    guard let members = try parse(content, as: format).objectValue else {
      throw ValidationError([
        Problem(at: "", "must be a map with step and context", hint: "send {\"step\": {…}}")
      ])
    }
    var problems: [Problem] = []
    for key in members.keys where key != "step" && key != "context" {
      let closest = EditDistance.closest(to: key, among: ["step", "context"])
      problems.append(
        Problem(
          at: "/" + JSONPointer.escape(key), "is no field of a step's execution",
          hint: closest.map { "did you mean \"\($0)\"?" }))
    }
    guard var step = members["step"]?.objectValue else {
      throw ValidationError(problems + [Problem(at: "/step", "must be a map: the step")])
    }
    if step["id"] == nil { step["id"] = "step" }
    guard problems.isEmpty else { throw ValidationError(problems) }
    var mission: JSONObject = [
      "name": step["name"]?.stringValue.map(JSON.string) ?? step["id"] ?? .null,
      "steps": [.object(step)],
    ]
    if let context = members["context"], !context.isNull { mission["context"] = context }
    return JSON.object(mission).compactBytes
  }

  /// Problems of the mission in terms of what was sent; the lines are those of no text that the client knows.
  static func translated(_ error: ValidationError) -> ValidationError {
    ValidationError(
      error.problems.map { problem in
        var problem = problem
        if problem.pointer.hasPrefix("/steps/0") { problem.pointer = "/step" + problem.pointer.dropFirst(8) }
        problem.line = 0
        problem.column = 0
        return problem
      })
  }

  private static func parse(_ content: [UInt8], as format: DocumentFormat?) throws(ValidationError) -> JSON {
    // What is no JSON is told below, by the parser of the language that it is in.
    if format != .yaml, let value = try? JSONParser.parse(content) { return value }
    if format == .json {
      do throws(JSONError) { return try JSONParser.parse(content) } catch {
        throw syntax(error.message, error.position)
      }
    }
    do throws(YAMLError) { return try YAMLParser.parse(content) } catch {
      throw syntax(error.message, error.position).explained(by: content)
    }
  }

  private static func syntax(_ message: String, _ position: TextPosition) -> ValidationError {
    ValidationError([Problem(at: "", message, line: position.line, column: position.column)])
  }
}
