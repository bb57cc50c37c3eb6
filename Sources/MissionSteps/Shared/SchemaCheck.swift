package import Formats
package import MissionModel

extension JSONSchema {
  /// Violations that an error message lists.
  private static let listed = 10

  /// Fails with what is wrong with `value`, which came from `title`; `output` is what the step has to show.
  package func require(_ value: JSON, from title: String, output: JSON) throws(StepFailure) {
    let violations = try validate(value)
    guard !violations.isEmpty else { return }
    let lines = violations.prefix(Self.listed).map { violation in
      "\(violation.path.isEmpty ? "the value" : violation.path): \(violation.message)"
    }
    let more = violations.count > Self.listed ? "; and \(violations.count - Self.listed) more" : ""
    throw StepFailure(
      "\(title) does not match the schema: \(lines.joined(separator: "; "))\(more)", output: output)
  }
}
