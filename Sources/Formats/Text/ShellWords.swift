/// Why a text cannot be split into words.
package struct ShellWordsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong: `the quote ' at character 5 is never closed`.
  package let description: String

  /// Makes the error that says `description`.
  package init(description: String) { self.description = description }
}

/// A command line split into words as a POSIX shell would, without expanding or executing anything.
///
/// A placeholder `{{ … }}` is part of its word as it is written, with its blanks, quotes and bars, since
/// words are split first and filled afterwards. Throws `ShellWordsError` for quotes without an end.
package struct ShellWords: Sendable, Hashable {
  /// What only a shell understands, and where in the text it stands.
  package struct Operator: Sendable, Hashable {
    /// As written: `|`, `&&`, `>`, `$(`, or `a line break`.
    package let text: String
    /// The character at which it stands, from 1.
    package let column: Int
  }

  /// The words, without their quotes.
  package private(set) var words: [String] = []
  /// The first thing outside of quotes that would need a shell; it is also part of `words`, as plain text.
  package private(set) var shellOperator: Operator?

  private var word = ""
  private var isInWord = false

  /// Splits `text`.
  package init(splitting text: String) throws(ShellWordsError) {
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      switch scalars[index] {
      case "{" where index + 1 < scalars.count && scalars[index + 1] == "{":
        index = takePlaceholder(scalars, at: index)
      case "'": index = try takeSingleQuoted(scalars, at: index)
      case "\"": index = try takeDoubleQuoted(scalars, at: index)
      case "\\":
        guard index + 1 < scalars.count else {
          throw ShellWordsError(description: "the text ends with a backslash that escapes nothing")
        }
        if scalars[index + 1] != "\n" { take(scalars[index + 1]) }
        index += 2
      case " ", "\t":
        endWord()
        index += 1
      case "\n", "\r":
        endWord()
        if !words.isEmpty, scalars[index...].contains(where: { !$0.properties.isWhitespace }) {
          note("a line break", at: index)
        }
        index += 1
      case let scalar:
        noteOperator(scalars, at: index)
        take(scalar)
        index += 1
      }
    }
    endWord()
  }

  /// The words of `text`, for those who do not mind what only a shell would understand.
  package static func split(_ text: String) throws(ShellWordsError) -> [String] {
    try ShellWords(splitting: text).words
  }

  /// Writes `word` so that a shell reads it as one word and nothing in it as its own.
  package static func quote(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: plainMarks.contains(byte)
      }
    }
    if isPlain, !word.isEmpty { return word }
    var quoted = "'"
    for scalar in word.unicodeScalars {
      if scalar == "'" { quoted += "'\\''" } else { quoted.unicodeScalars.append(scalar) }
    }
    return quoted + "'"
  }

  private static let plainMarks = Array("_@%+=:,./-".utf8)

  private mutating func take(_ scalar: Unicode.Scalar) {
    word.unicodeScalars.append(scalar)
    isInWord = true
  }

  private mutating func endWord() {
    guard isInWord else { return }
    words.append(word)
    word.removeAll()
    isInWord = false
  }

  private mutating func note(_ text: String, at index: Int) {
    if shellOperator == nil { shellOperator = Operator(text: text, column: index + 1) }
  }

  private mutating func noteOperator(_ scalars: [Unicode.Scalar], at index: Int) {
    let next = index + 1 < scalars.count ? scalars[index + 1] : " "
    switch scalars[index] {
    case "|", "&", ">", "<":
      let isDoubled = next == scalars[index]
      note(String(Character(scalars[index])) + (isDoubled ? String(Character(next)) : ""), at: index)
    case ";", "`": note(String(Character(scalars[index])), at: index)
    case "$" where next == "(": note("$(", at: index)
    default: break
    }
  }

  /// Takes `{{ … }}` whole, quoted strings within it too; one that never ends is plain text.
  private mutating func takePlaceholder(_ scalars: [Unicode.Scalar], at start: Int) -> Int {
    if scalars[start...].starts(with: ["{", "{", "{", "{"]) {  // a literal `{{`
      for scalar in scalars[start..<start + 4] { take(scalar) }
      return start + 4
    }
    var index = start + 2
    var isQuoted = false
    while index < scalars.count {
      if scalars[index] == "\"" {
        isQuoted.toggle()
      } else if !isQuoted, scalars[index] == "}", index + 1 < scalars.count, scalars[index + 1] == "}" {
        for scalar in scalars[start...index + 1] { take(scalar) }
        return index + 2
      }
      index += 1
    }
    take(scalars[start])
    take(scalars[start + 1])
    return start + 2
  }

  private mutating func takeSingleQuoted(
    _ scalars: [Unicode.Scalar], at start: Int
  ) throws(ShellWordsError) -> Int {
    isInWord = true
    guard let end = scalars[(start + 1)...].firstIndex(of: "'") else { throw Self.unclosed("'", at: start) }
    for scalar in scalars[(start + 1)..<end] { take(scalar) }
    return end + 1
  }

  private mutating func takeDoubleQuoted(
    _ scalars: [Unicode.Scalar], at start: Int
  ) throws(ShellWordsError) -> Int {
    isInWord = true
    var index = start + 1
    while index < scalars.count {
      switch scalars[index] {
      case "\"": return index + 1
      case "{" where index + 1 < scalars.count && scalars[index + 1] == "{":
        index = takePlaceholder(scalars, at: index)
        continue
      case "\\" where index + 1 < scalars.count && "\"\\$`\n".unicodeScalars.contains(scalars[index + 1]):
        if scalars[index + 1] != "\n" { take(scalars[index + 1]) }
        index += 2
        continue
      case "`", "$": noteOperator(scalars, at: index)
      default: break
      }
      take(scalars[index])
      index += 1
    }
    throw Self.unclosed("\"", at: start)
  }

  private static func unclosed(_ quote: String, at index: Int) -> ShellWordsError {
    ShellWordsError(description: "the quote \(quote) at character \(index + 1) is never closed")
  }
}
