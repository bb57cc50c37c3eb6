import Formats

/// A rule about commands: the program, then words that must all be among its arguments, in any order.
///
/// `git push`, `dd of=/dev/*`, `rm -r|-R|--recursive {outside}`. `*` stands for any part, `|` parts
/// alternatives, a letter as `-r` is also found in `-rf`, and `{outside}` is a path that leads out of the
/// workspace and of `paths.write`. A program with a slash is the whole path.
final class CommandRule: Sendable {
  /// As it is written.
  let text: String
  let program: NamePattern
  private let words: [NamePattern]
  private static let outside = "{outside}"

  /// Nil where the rule names nothing or a relative path, which no program ever is.
  init?(_ text: String) {
    let parts = text.split(separator: " ")
    guard let first = parts.first, first != "|", first.hasPrefix("/") || !first.contains("/") else {
      return nil
    }
    self.text = text
    program = NamePattern(first)
    words = parts.dropFirst().map { NamePattern($0) }
  }

  /// Whether it matters where arguments lead.
  var asksForFiles: Bool { words.contains { $0.text == Self.outside } }

  /// Whether a rule with arguments is about this program at all.
  func concerns(_ command: SimpleCommand) -> Bool { command.names.contains { program.matches($0) } }

  /// Whether the command is one of those that the rule describes.
  ///
  /// - Parameter leadsOutside: whether an argument is a path out of the places that may be changed.
  func matches(_ command: SimpleCommand, leadsOutside: (String) -> Bool) -> Bool {
    guard concerns(command) else { return false }
    return words.allSatisfy { word in
      if word.text == Self.outside {
        return command.arguments.contains { !$0.hasPrefix("-") && leadsOutside($0) }
      }
      return command.arguments.contains { word.matches($0) }
    }
  }
}

/// A program with its arguments, taken out of whatever starts it.
struct SimpleCommand: Sendable, Equatable {
  /// What the program is called: as written, its last part, and where it really leads.
  var names: [String]
  var arguments: [String]

  init(_ program: String, _ arguments: [String]) {
    var path = program[...]
    while path.utf8.last == UInt8(ascii: "/") { path = path.dropLast() }
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let last = slash.map { path[path.utf8.index(after: $0)...] } ?? path
    names = last.isEmpty || last == program ? [program] : [program, String(last)]
    self.arguments = arguments
  }

  /// The whole line, as messages show it.
  var title: String {
    let line = ([names[0]] + arguments).joined(separator: " ")
    return line.utf8.count <= 120 ? line : String(line.prefix(119)) + "…"
  }
}
