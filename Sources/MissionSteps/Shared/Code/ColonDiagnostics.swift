/// Diagnostics of the form that gcc made usual: `file:line:column: severity: message`.
package enum ColonDiagnostics {
  /// Reads lines.
  ///
  /// - Parameters:
  ///   - bare: the severity of a line that names a place and no severity; nil passes over such lines.
  ///   - codes: true if the message begins with the code of a rule.
  package static func parse(
    _ lines: [Substring], bare: Diagnostic.Severity? = nil, codes: Bool = false
  ) -> [Diagnostic] {
    var found: [Diagnostic] = []
    for (index, line) in lines.enumerated() {
      guard var diagnostic = read(line, bare: bare, codes: codes) else { continue }
      if diagnostic.line != nil, diagnostic.column == nil {
        diagnostic.column = caretColumn(lines.dropFirst(index + 1).prefix(3))
      }
      found.append(diagnostic)
    }
    return found
  }

  /// A file, a line, maybe a column, and what follows them.
  package struct Place: Equatable {
    package let file: String
    package let line: Int
    package let column: Int?
    package let rest: Substring
  }

  /// The place that a line begins with: `a.c:3:5: rest`.
  package static func place(_ line: Substring) -> Place? {
    let bytes = line.utf8
    var index = bytes.startIndex
    while let colon = bytes[index...].firstIndex(of: UInt8(ascii: ":")) {
      index = bytes.index(after: colon)
      guard let (number, afterLine) = number(bytes, from: index) else { continue }
      var place = (line: number, column: Int?.none, end: afterLine)
      if afterLine < bytes.endIndex, bytes[afterLine] == UInt8(ascii: ":"),
        let (column, end) = self.number(bytes, from: bytes.index(after: afterLine))
      {
        place.column = column
        place.end = end
      }
      guard place.end < bytes.endIndex, bytes[place.end] == UInt8(ascii: ":") else { continue }
      let file = trimmed(line[..<colon])
      guard isFileName(file) else { return nil }
      return Place(
        file: file, line: place.line, column: place.column,
        rest: Substring(line[bytes.index(after: place.end)...].drop { $0 == " " }))
    }
    return nil
  }

  private static func read(_ line: Substring, bare: Diagnostic.Severity?, codes: Bool) -> Diagnostic? {
    var line = line
    for prefix in ["vet: ", "ninja: error: "] where line.hasPrefix(prefix) {
      line = line.dropFirst(prefix.count)
      if place(line) == nil { return Diagnostic(severity: .error, message: trimmed(line)) }
    }
    guard let place = place(line) else { return withoutPlace(line) }
    var rest = place.rest
    guard let severity = takeSeverity(&rest) ?? (rest.hasPrefix("*** ") ? .error : bare), !rest.isEmpty else {
      return nil
    }
    var diagnostic = Diagnostic(
      file: place.file, line: place.line, column: place.column, severity: severity, message: trimmed(rest))
    if codes {
      let words = rest.split(separator: " ", maxSplits: 1)
      if words.count == 2 {
        diagnostic.rule = String(words[0])
        diagnostic.message = String(words[1])
        // flake8 says these where the code cannot run: names that are not there, syntax.
        if words[0].hasPrefix("E9") || words[0].hasPrefix("F") { diagnostic.severity = .error }
      }
    } else {
      takeRule(&diagnostic)
    }
    return diagnostic
  }

  /// What linkers and drivers say: `main.c:(.text+0x5): undefined reference to …`, `cc: error: …`.
  private static func withoutPlace(_ line: Substring) -> Diagnostic? {
    if let range = line.firstRange(of: ": undefined reference to ") {
      let words = line[..<range.lowerBound].split(separator: ":").map { trimmed($0) }
      let file = words.first { isFileName($0) && !$0.hasSuffix("ld") && !$0.hasPrefix("/tmp/") }
      return Diagnostic(
        file: file, severity: .error, message: trimmed(line[range.lowerBound...].dropFirst(2)))
    }
    var rest = line
    if let range = line.firstRange(of: ": "), !isSeverity(line) {
      let program = line[..<range.lowerBound]
      if !program.contains(where: { $0 == " " || $0 == ":" }) { rest = line[range.upperBound...] }
    }
    guard isSeverity(rest), let severity = takeSeverity(&rest), severity == .error, !rest.isEmpty else {
      return nil
    }
    return Diagnostic(severity: severity, message: trimmed(rest))
  }

  private static let severities: [(word: String, severity: Diagnostic.Severity)] = [
    ("error: ", .error), ("fatal error: ", .error), ("fatal: ", .error), ("[error] ", .error),
    ("warning: ", .warning), ("[warning] ", .warning), ("style: ", .warning), ("performance: ", .warning),
    ("portability: ", .warning), ("note: ", .note), ("remark: ", .note), ("information: ", .note),
    ("info: ", .note),
  ]

  private static func isSeverity(_ text: Substring) -> Bool {
    severities.contains { text.hasPrefix($0.word) }
  }

  private static func takeSeverity(_ text: inout Substring) -> Diagnostic.Severity? {
    guard let found = severities.first(where: { text.hasPrefix($0.word) }) else { return nil }
    text = text.dropFirst(found.word.count)
    return found.severity
  }

  /// `message [-Wrule]`, `[Rule] message`, `message (rule)` of yamllint.
  private static func takeRule(_ diagnostic: inout Diagnostic) {
    let message = diagnostic.message
    if message.hasPrefix("["), let end = message.firstIndex(of: "]") {
      diagnostic.rule = String(message[message.index(after: message.startIndex)..<end])
      diagnostic.message = trimmed(message[message.index(after: end)...])
      return
    }
    for (open, close) in [("[", "]"), ("(", ")")] where message.hasSuffix(close) {
      guard let start = message.lastIndex(of: Character(open)), start > message.startIndex,
        message[message.index(before: start)] == " "
      else { continue }
      let name = message[message.index(after: start)...].dropLast()
      guard !name.isEmpty, !name.contains(" ") else { continue }
      // A word in round brackets ends many a message; only yamllint's are rules, which are lower case.
      if open == "(", !name.allSatisfy({ $0.isLowercase || $0 == "-" }) { continue }
      diagnostic.rule = String(name)
      diagnostic.message = trimmed(message[..<start])
      return
    }
  }

  /// The column that a line of blanks and a caret points at.
  package static func caretColumn(_ lines: ArraySlice<Substring>) -> Int? {
    for line in lines.dropFirst() {
      let blanks = line.prefix { $0 == " " || $0 == "\t" }
      if line.dropFirst(blanks.count).hasPrefix("^") { return blanks.count + 1 }
    }
    return nil
  }

  private static func number(
    _ bytes: Substring.UTF8View, from start: Substring.Index
  ) -> (value: Int, end: Substring.Index)? {
    let digits = bytes[start...].prefix { (0x30...0x39).contains($0) }
    guard (1...9).contains(digits.count), let value = Int(Substring(digits)) else { return nil }
    return (value, digits.endIndex)
  }

  /// Keeps times of day and addresses from being taken for places.
  private static func isFileName(_ text: String) -> Bool {
    let name = PathText.name(text)
    return !text.isEmpty && !text.hasPrefix("from ") && !text.contains("://")
      && (name.dropFirst().contains(".") || name.lowercased().hasSuffix("makefile"))
  }

  static func trimmed(_ text: some StringProtocol) -> String {
    var slice = Substring(text).drop { $0 == " " || $0 == "\t" }
    while let last = slice.last, last == " " || last == "\t" { slice.removeLast() }
    return String(slice)
  }
}
