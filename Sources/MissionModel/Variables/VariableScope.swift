package import Formats

/// What placeholders can name when one step starts.
package struct VariableScope: Sendable {
  /// What a path led to.
  package enum Lookup: Sendable, Equatable {
    case value(JSON)
    /// The root is known, the rest leads nowhere; the sentence says where it ended.
    case missing(String)
    /// No such root: the text is somebody else's template.
    case foreign
  }

  /// Follows a path, whose first part is the root.
  package var find: @Sendable (_ path: [String]) -> Lookup

  /// Makes a scope of its lookup.
  package init(find: @escaping @Sendable ([String]) -> Lookup) { self.find = find }

  /// Follows `path` into `value`: keys of maps and indices of lists.
  package static func descend(_ value: JSON, _ path: some Sequence<String>, from start: String) -> Lookup {
    var value = value
    var walked = start
    for part in path {
      switch value {
      case .object(let members):
        guard let member = members[part] else {
          let closest = EditDistance.closest(to: part, among: members.keys)
          return .missing(
            "\(walked) has no \"\(part)\"" + (closest.map { "; did you mean \"\($0)\"?" } ?? ""))
        }
        value = member
      case .array(let elements):
        guard let index = Int(part), elements.indices.contains(index) else {
          return .missing("\(walked) has \(elements.count) elements, and no \"\(part)\"")
        }
        value = elements[index]
      case .null, .bool, .integer, .double, .decimal, .string:
        return .missing("\(walked) is \(value.kindName) and has no \"\(part)\"")
      }
      walked += "." + part
    }
    return .value(value)
  }
}
