/// Takes a shell script apart into the words of its simple commands, as far as the policy has to know:
/// quotes, operators, substitutions and keywords of POSIX's Shell Command Language. Nothing is expanded.
struct ShellScript {
  private var commands: [[String]] = []
  private var words: [String] = []
  private var word: [Character]?
  private var rest: ArraySlice<Character>
  /// The scripts of substitutions inside of words.
  private var inner: [String] = []
  private static let deepest = 6

  /// The commands, each with its program first; substitutions come after the command that holds them.
  static func commands(_ script: String) -> [[String]] { commands(script, deepest) }

  private static func commands(_ script: String, _ depth: Int) -> [[String]] {
    guard depth > 0 else { return [] }
    var parser = ShellScript(rest: ArraySlice(Array(script)))
    parser.read()
    return parser.commands + parser.inner.flatMap { commands($0, depth - 1) }
  }

  private init(rest: ArraySlice<Character>) { self.rest = rest }

  private mutating func read() {
    while let character = rest.popFirst() {
      switch character {
      case "'": take(until: "'")
      case "\"": readQuoted()
      case "\\": if let next = rest.popFirst(), next != "\n" { append(next) }
      case "`": readBackquoted()
      case "$" where rest.first == "(": readSubstitution()
      case "<", ">":
        endWord()
        if rest.first == "(" { readSubstitution() }
      case " ", "\t": endWord()
      case ";", "\n", "\r", "|", "&", "(", ")": endCommand()
      case "#" where word == nil: rest = rest.drop { $0 != "\n" }
      default: append(character)
      }
    }
    endCommand()
  }

  private mutating func append(_ character: Character) { word = (word ?? []) + [character] }

  private mutating func take(until end: Character) {
    word = (word ?? []) + rest.prefix { $0 != end }
    rest = rest.drop { $0 != end }.dropFirst()
  }

  private mutating func readQuoted() {
    word = word ?? []
    while let character = rest.popFirst(), character != "\"" {
      switch character {
      case "\\": if let next = rest.popFirst() { append(next) }
      case "`": readBackquoted()
      case "$" where rest.first == "(": readSubstitution()
      default: append(character)
      }
    }
  }

  private mutating func readBackquoted() {
    inner.append(String(rest.prefix { $0 != "`" }))
    rest = rest.drop { $0 != "`" }.dropFirst()
    append("$")
  }

  /// `$(…)`, whose parentheses are counted.
  private mutating func readSubstitution() {
    rest.removeFirst()
    var depth = 1
    var script = ""
    while let character = rest.popFirst() {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if depth == 0 { break }
      script.append(character)
    }
    inner.append(script)
    append("$")
  }

  private mutating func endWord() {
    if let word { words.append(String(word)) }
    word = nil
  }

  private static let keywords: Set<String> = [
    "if", "then", "else", "elif", "fi", "while", "until", "do", "done", "for", "in", "case", "esac", "{", "}",
    "!", "[[", "function", "coproc",
  ]

  private mutating func endCommand() {
    endWord()
    var command = words[...]
    words = []
    while let first = command.first, Self.keywords.contains(first) || CommandAnalysis.isAssignment(first) {
      command.removeFirst()
    }
    if !command.isEmpty { commands.append(Array(command)) }
  }
}
