/// A path with places in it: `/missions/{id}/steps/{step}`.
package struct RoutePattern: Sendable, Hashable {
  enum Segment: Sendable, Hashable {
    case literal([UInt8])
    case parameter(String)
  }

  /// The pattern as written; metrics and logs name a route by it.
  package let text: String
  let segments: [Segment]

  /// Reads a pattern. One that does not start with `/` or names a place twice is a programmer error.
  package init(_ text: String) {
    precondition(text.hasPrefix("/"), "the pattern \(text) does not start with a slash")
    self.text = text
    segments = text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { segment in
        guard segment.first == UInt8(ascii: "{"), segment.last == UInt8(ascii: "}") else {
          return .literal(Array(segment))
        }
        return .parameter(String(decoding: segment.dropFirst().dropLast(), as: UTF8.self))
      }
    let names = parameterNames
    precondition(Set(names).count == names.count, "the pattern \(text) names a place twice")
  }

  var parameterNames: [String] {
    segments.compactMap { segment in if case .parameter(let name) = segment { name } else { nil } }
  }
}
