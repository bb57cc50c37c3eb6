import Formats

/// A flag of a subcommand, declared once: parser, help, completion and reference read it.
package struct Flag: Sendable, Equatable {
  /// With its dashes: `--json`.
  package let name: String
  /// What its value is called in the help, such as `SECONDS`; nil for a switch.
  package let value: String?
  /// One sentence with a full stop.
  package let summary: String

  /// Declares a flag.
  package init(_ name: String, _ value: String? = nil, _ summary: String) {
    self.name = name
    self.value = value
    self.summary = summary
  }
}

/// What stands behind the flags of a subcommand, such as `FILE`.
package struct Operand: Sendable, Equatable {
  package let name: String
  package let isOptional: Bool
  /// One sentence with a full stop.
  package let summary: String

  /// Declares an operand.
  package init(_ name: String, isOptional: Bool = false, _ summary: String) {
    self.name = name
    self.isOptional = isOptional
    self.summary = summary
  }
}

/// What is wrong with a command line.
package struct UsageError: Error, Sendable, Equatable {
  /// In lower case without a full stop.
  package let message: String

  /// Wraps a message.
  package init(_ message: String) { self.message = message }
}

/// A command line taken apart by a subcommand's declaration.
package struct Arguments: Sendable, Equatable {
  private var values: [String: [String]] = [:]
  /// What is no flag, in order.
  package private(set) var operands: [String] = []

  /// Takes `words` apart: `--flag value`, `--flag=value`, and everything after `--` as operands.
  package init(_ words: [String], flags: [Flag], operands declared: [Operand]) throws(UsageError) {
    var words = words[...]
    while let word = words.popFirst() {
      if word == "--" {
        operands += words
        break
      }
      guard word.hasPrefix("-"), word != "-" else {
        operands.append(word)
        continue
      }
      try take(word, &words, flags)
    }
    let required = declared.filter { !$0.isOptional }.count
    guard operands.count >= required else { throw UsageError("\(declared[operands.count].name) is missing") }
    guard operands.count <= declared.count else {
      throw UsageError("\"\(operands[declared.count])\" is one argument too many")
    }
  }

  private mutating func take(_ word: String, _ rest: inout ArraySlice<String>, _ flags: [Flag])
    throws(UsageError)
  {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let flag = flags.first(where: { $0.name == parts[0] }) else {
      let closest = EditDistance.closest(to: parts[0], among: flags.map(\.name))
      throw UsageError("there is no flag \(parts[0])" + (closest.map { "; did you mean \($0)?" } ?? ""))
    }
    switch (flag.value, parts.count) {
    case (nil, 1): values[flag.name, default: []].append("")
    case (nil, _): throw UsageError("\(flag.name) takes no value")
    case (_?, 2): values[flag.name, default: []].append(parts[1])
    case (let name?, _):
      guard let value = rest.popFirst() else { throw UsageError("\(flag.name) wants \(name)") }
      values[flag.name, default: []].append(value)
    }
  }

  /// True if the flag was given.
  package func has(_ flag: String) -> Bool { values[flag] != nil }

  /// The last value of a flag; nil when it was not given.
  package func value(_ flag: String) -> String? { values[flag]?.last }

  /// All values of a flag that may be repeated.
  package func all(_ flag: String) -> [String] { values[flag] ?? [] }

  /// The value of a flag as a whole number.
  package func integer(_ flag: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = value(flag) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw UsageError(
        "\(flag) \"\(text)\": expected a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The values of a flag that takes `KEY=VALUE`.
  package func pairs(_ flag: String) throws(UsageError) -> [(key: String, value: String)] {
    var pairs: [(key: String, value: String)] = []
    for text in all(flag) {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw UsageError("\(flag) \"\(text)\": expected KEY=VALUE")
      }
      pairs.append((String(parts[0]), String(parts[1])))
    }
    return pairs
  }
}
