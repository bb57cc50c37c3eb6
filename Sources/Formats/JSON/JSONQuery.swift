/// Reads the two ways in which people name a place within a JSON value: `/a/b/0` and `a.b[0]`.
package enum JSONQuery {
  /// The pointer that `text` stands for: a JSON pointer, or names with dots, `[0]` and `["any key"]`.
  ///
  /// A leading `$` or `.` stands for the root. Throws `JSONPathError` for anything else.
  package static func parse(_ text: String) throws(JSONPathError) -> JSONPointer {
    if text.isEmpty || text.hasPrefix("/") { return try JSONPointer(text) }
    var rest = Substring(text)
    if rest.first == "$" { rest = rest.dropFirst() }
    var tokens: [String] = []
    var isFirst = rest.first != "."
    if rest == "." { return JSONPointer() }
    while let first = rest.first {
      if first == "[" {
        tokens.append(try takeBracket(&rest, of: text))
      } else {
        if !isFirst {
          guard first == "." else { throw malformed(text) }
          rest = rest.dropFirst()
        }
        let name = rest.prefix { $0 != "." && $0 != "[" }
        guard !name.isEmpty else { throw malformed(text) }
        tokens.append(String(name))
        rest = rest.dropFirst(name.count)
      }
      isFirst = false
    }
    return JSONPointer(tokens: tokens)
  }

  private static func malformed(_ text: String) -> JSONPathError {
    JSONPathError(description: "\"\(text)\" is neither a JSON pointer like /a/b/0 nor a path like a.b[0]")
  }

  private static func takeBracket(
    _ rest: inout Substring, of text: String
  ) throws(JSONPathError) -> String {
    rest = rest.dropFirst()
    if rest.first == "\"" || rest.first == "'", let quote = rest.first {
      let key = rest.dropFirst().prefix { $0 != quote }
      rest = rest.dropFirst(key.count + 1)
      guard rest.hasPrefix("\(quote)]") else { throw malformed(text) }
      rest = rest.dropFirst(2)
      return String(key)
    }
    let index = rest.prefix { $0 != "]" }
    rest = rest.dropFirst(index.count)
    guard rest.first == "]", JSONPointer.index(String(index)) != nil else { throw malformed(text) }
    rest = rest.dropFirst()
    return String(index)
  }
}
