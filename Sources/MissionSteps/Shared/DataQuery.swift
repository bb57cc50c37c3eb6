package import Formats
package import MissionModel

/// The part of a value that a data step is to give: `query`, a JSON Pointer or a path such as `a.b[0]`.
package struct DataQuery: Sendable {
  private let text: String
  private let pointer: JSONPointer

  /// Reads the parameter `query`; nil where the whole value is wanted.
  package static func read(_ p: inout ParameterReader) -> DataQuery? {
    guard let text = p.optional("query", .string, "The part to give: a JSON Pointer, or a path like a.b[0]."),
      !p.isOpen("query")
    else { return nil }
    do throws(JSONPathError) { return DataQuery(text: text, pointer: try JSONQuery.parse(text)) } catch {
      p.problem(at: "query", error.description)
      return nil
    }
  }

  /// The part of `value`; fails where the path leads nowhere.
  package func apply(to value: JSON, of title: String) throws(StepFailure) -> JSON {
    guard let part = value[pointer] else {
      throw StepFailure("query \(title): there is nothing at \(text)")
    }
    return part
  }
}
