/// Why a text is not a JSON pointer or query.
package struct JSONPathError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong: `a JSON pointer begins with "/"`.
  package let description: String

  /// Makes the error that says `description`.
  package init(description: String) { self.description = description }
}

/// A place within a JSON value (RFC 6901): `/steps/2/parameters/url`, empty for the whole.
package struct JSONPointer: Sendable, Hashable {
  /// The keys and indices on the way, unescaped.
  package var tokens: [String]

  /// Makes a pointer of its parts.
  package init(tokens: [String] = []) { self.tokens = tokens }

  /// Reads the text form; throws `JSONPathError` where it does not begin with `/` or has a stray `~`.
  package init(_ text: String) throws(JSONPathError) {
    guard !text.isEmpty else {
      self.init()
      return
    }
    guard text.hasPrefix("/") else {
      throw JSONPathError(description: "a JSON pointer begins with \"/\"")
    }
    var tokens: [String] = []
    for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard let token = Self.unescape(part) else {
        throw JSONPathError(description: "in a JSON pointer \"~\" is written ~0, and \"/\" within a key ~1")
      }
      tokens.append(token)
    }
    self.init(tokens: tokens)
  }

  /// The pointer to the member `key` of what this one points to.
  package func appending(_ key: String) -> JSONPointer { JSONPointer(tokens: tokens + [key]) }

  /// The pointer to the element `index` of what this one points to.
  package func appending(_ index: Int) -> JSONPointer { appending(String(index)) }

  /// The value at this place; nil if the path leads nowhere.
  package func value(in root: JSON) -> JSON? {
    var value = root
    for token in tokens {
      let next =
        switch value {
        case .object(let members): members[token]
        case .array: Self.index(token).flatMap { value[$0] }
        case .null, .bool, .integer, .double, .decimal, .string: nil as JSON?
        }
      guard let next else { return nil }
      value = next
    }
    return value
  }

  /// Writes `key` as a pointer has it: `~` becomes `~0`, `/` becomes `~1`.
  package static func escape(_ key: String) -> String {
    guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return key }
    return key.replacing("~", with: "~0").replacing("/", with: "~1")
  }

  private static func unescape(_ part: Substring) -> String? {
    guard part.utf8.contains(UInt8(ascii: "~")) else { return String(part) }
    var token = ""
    var isEscape = false
    for character in part.unicodeScalars {
      switch (isEscape, character) {
      case (true, "0"): token += "~"
      case (true, "1"): token += "/"
      case (true, _): return nil
      case (false, "~"): break
      case (false, _): token.unicodeScalars.append(character)
      }
      isEscape = !isEscape && character == "~"
    }
    return isEscape ? nil : token
  }

  /// An index as RFC 6901 §4 has it: digits without a leading zero.
  static func index(_ token: String) -> Int? {
    guard token == "0" || !token.hasPrefix("0"), token.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
      return nil
    }
    return Int(token)
  }
}

extension JSONPointer: CustomStringConvertible {
  /// The text form: `/a~1b/0`.
  package var description: String { tokens.map { "/" + Self.escape($0) }.joined() }
}

extension JSON {
  /// The value at `pointer`; nil if the path leads nowhere.
  package subscript(pointer: JSONPointer) -> JSON? { pointer.value(in: self) }
}
