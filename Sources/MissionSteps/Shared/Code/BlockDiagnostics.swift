/// Diagnostics of tools that write a place and its message in ways of their own.
package enum BlockDiagnostics {
  /// `src/a.ts(3,5): error TS1005: ';' expected.`, and what else MSBuild takes for a message: an origin,
  /// which need not be a place, and a severity with a code. It adds the project in brackets.
  package static func parenthesis(_ lines: [Substring]) -> [Diagnostic] {
    lines.compactMap { line in
      message(line, origin: "")
        ?? line.firstRange(of: ": ").flatMap { colon in
          message(line[colon.upperBound...], origin: ColonDiagnostics.trimmed(line[..<colon.lowerBound]))
        }
    }
  }

  /// `Command line warning D4024 : unrecognized source file`.
  private static func message(_ text: Substring, origin: String) -> Diagnostic? {
    guard let colon = text.firstRange(of: ":") else { return nil }
    var words = text[..<colon.lowerBound].split(separator: " ")
    let code = words.last.flatMap { $0.contains(where: \.isNumber) ? String($0) : nil }
    if code != nil { words.removeLast() }
    guard let word = words.last,
      let severity = ["error": Diagnostic.Severity.error, "warning": .warning, "info": .note][String(word)]
    else { return nil }
    var message = ColonDiagnostics.trimmed(text[colon.upperBound...])
    if message.hasSuffix("proj]"), let project = message.ranges(of: " [").last?.lowerBound {
      message = String(message[..<project])
    }
    var diagnostic = Diagnostic(severity: severity, message: message, rule: code)
    if origin.hasSuffix(")"), let open = origin.lastIndex(of: "(") {
      let numbers = origin[origin.index(after: open)...].dropLast().split(separator: ",").map { Int($0) }
      diagnostic.file = String(origin[..<open])
      diagnostic.line = numbers.first ?? nil
      diagnostic.column = numbers.count > 1 ? numbers[1] : nil
    } else if origin.contains(where: { $0 == "/" || $0 == "." }) {
      diagnostic.file = origin
    }
    return diagnostic
  }

  /// `[error] a.js: SyntaxError: Unexpected token (1:5)`; lines of the source that follow are passed over.
  package static func prettier(_ lines: [Substring]) -> [Diagnostic] {
    lines.compactMap { line in
      guard line.hasPrefix("[error] "), line.hasSuffix(")"), let open = line.lastIndex(of: "("),
        let colon = line.firstRange(of: ": "), colon.upperBound <= open
      else { return nil }
      let place = line[line.index(after: open)...].dropLast().split(separator: ":").compactMap { Int($0) }
      guard place.count == 2 else { return nil }
      return Diagnostic(
        file: String(line[..<colon.lowerBound].dropFirst(8)), line: place[0], column: place[1],
        severity: .error, message: ColonDiagnostics.trimmed(line[colon.upperBound..<open]))
    }
  }

  /// `[ERROR] /src/A.java:[3,5] ';' expected`.
  package static func maven(_ lines: [Substring]) -> [Diagnostic] {
    lines.compactMap { line in
      let severity: Diagnostic.Severity
      if line.hasPrefix("[ERROR] ") {
        severity = .error
      } else if line.hasPrefix("[WARNING] ") {
        severity = .warning
      } else {
        return nil
      }
      let rest = line[line.index(after: line.firstIndex(of: " ") ?? line.startIndex)...]
      guard let open = rest.firstRange(of: ":["), let close = rest.firstRange(of: "] ") else {
        // The failure of the build itself; the hints that follow it are no causes.
        return rest.hasPrefix("Failed to execute goal") || rest.hasPrefix("Non-")
          ? Diagnostic(severity: severity, message: ColonDiagnostics.trimmed(rest)) : nil
      }
      guard open.upperBound <= close.lowerBound else { return nil }
      let numbers = rest[open.upperBound..<close.lowerBound].split(separator: ",").compactMap { Int($0) }
      return Diagnostic(
        file: String(rest[..<open.lowerBound]), line: numbers.first,
        column: numbers.count > 1 ? numbers[1] : nil, severity: severity,
        message: ColonDiagnostics.trimmed(rest[close.upperBound...]))
    }
  }

  /// `  File "x.py", line 3`, its source, and at last `SyntaxError: invalid syntax`.
  package static func python(_ lines: [Substring]) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var place: (file: String, line: Int?)?
    for line in lines {
      let text = line.drop { $0 == " " }
      if text.hasPrefix("File \""), let end = text.firstRange(of: "\", line ") {
        let number = Int(text[end.upperBound...].prefix { $0.isNumber })
        place = (String(text[..<end.lowerBound].dropFirst(6)), number)
      } else if let here = place, let colon = line.firstRange(of: ": "), line.first != " ",
        line[..<colon.lowerBound].hasSuffix("Error")
      {
        found.append(
          Diagnostic(
            file: here.file, line: here.line, severity: .error,
            message: ColonDiagnostics.trimmed(line[colon.upperBound...]),
            rule: String(line[..<colon.lowerBound])))
        place = nil
      }
    }
    return found
  }

  /// `/src/x.js:3`, its source with a caret, and `SyntaxError: Unexpected token`.
  package static func node(_ lines: [Substring]) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var place: (file: String, line: Int, column: Int?)?
    for (index, line) in lines.enumerated() {
      if let colon = line.lastIndex(of: ":"), let number = Int(line[line.index(after: colon)...]),
        line.first != " "
      {
        place = (
          String(line[..<colon]), number,
          ColonDiagnostics.caretColumn(lines.dropFirst(index + 1).prefix(2))
        )
      } else if let here = place, let colon = line.firstRange(of: ": "),
        line[..<colon.lowerBound].hasSuffix("Error"), line.first != " "
      {
        found.append(
          Diagnostic(
            file: here.file, line: here.line, column: here.column, severity: .error,
            message: ColonDiagnostics.trimmed(line[colon.upperBound...]),
            rule: String(line[..<colon.lowerBound])))
        place = nil
      }
    }
    return found
  }

  /// `CMake Error at CMakeLists.txt:3 (message):`, then indented words up to an empty pair of lines.
  package static func cmake(_ lines: [Substring]) -> [Diagnostic] {
    var found: [Diagnostic] = []
    var index = 0
    while index < lines.count {
      let line = lines[index]
      index += 1
      guard line.hasPrefix("CMake ") else { continue }
      let severity: Diagnostic.Severity
      if line.hasPrefix("CMake Error") {
        severity = .error
      } else if line.hasPrefix("CMake Warning") || line.hasPrefix("CMake Deprecation Warning") {
        severity = .warning
      } else {
        continue
      }
      var diagnostic = Diagnostic(severity: severity, message: "")
      if let at = line.firstRange(of: " at ") {
        let words = line[at.upperBound...].split(separator: " ").first?.split(separator: ":") ?? []
        diagnostic.file = words.first.map(String.init)
        diagnostic.line = words.count > 1 ? Int(words[1]) : nil
      } else if let colon = line.firstRange(of: ": ") {
        diagnostic.message = ColonDiagnostics.trimmed(line[colon.upperBound...])
      }
      var text: [String] = diagnostic.message.isEmpty ? [] : [diagnostic.message]
      while index < lines.count, lines[index].hasPrefix("  ") || (lines[index].isEmpty && text.isEmpty) {
        text.append(ColonDiagnostics.trimmed(lines[index]))
        index += 1
      }
      diagnostic.message = text.filter { !$0.isEmpty }.joined(separator: " ")
      if !diagnostic.message.isEmpty { found.append(diagnostic) }
    }
    return found
  }

  /// `error[E0308]: mismatched types`, then ` --> src/main.rs:2:5`; and cargo's own `error: …`.
  package static func rust(_ lines: [Substring]) -> [Diagnostic] {
    lines.enumerated().compactMap { index, line in
      let severity: Diagnostic.Severity
      if line.hasPrefix("error") {
        severity = .error
      } else if line.hasPrefix("warning") {
        severity = .warning
      } else {
        return nil
      }
      guard let colon = line.firstRange(of: ": ") else { return nil }
      let head = line[..<colon.lowerBound]
      let rule = head.contains("[") ? String(head.drop { $0 != "[" }.dropFirst().dropLast()) : nil
      var diagnostic = Diagnostic(
        severity: severity, message: ColonDiagnostics.trimmed(line[colon.upperBound...]), rule: rule)
      if index + 1 < lines.count, let arrow = lines[index + 1].firstRange(of: "--> ") {
        let words = lines[index + 1][arrow.upperBound...].split(separator: ":")
        diagnostic.file = words.first.map(String.init)
        diagnostic.line = words.count > 1 ? Int(words[1]) : nil
        diagnostic.column = words.count > 2 ? Int(words[2]) : nil
      } else if severity == .warning {
        return nil
      }
      return diagnostic
    }
  }
}
