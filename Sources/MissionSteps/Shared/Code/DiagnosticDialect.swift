/// How a tool writes its diagnostics, and so how they are read.
package enum DiagnosticDialect: Sendable {
  /// `file:line:column: error: message [-Wrule]`: gcc, clang, swiftc, javac, zig, clang-tidy, cppcheck.
  case colon
  /// The same, where a line without a word for the severity is an error: go.
  case bareErrors
  /// The same, where the message begins with a code such as `E501`: flake8.
  case coded
  /// The same on standard error alone: `go test -json`.
  case goTest
  /// `file(line,column): error TS1005: message`: tsc, dotnet.
  case parenthesis
  /// `[error] file: message (line:column)`: prettier.
  case prettier
  /// `[ERROR] file:[line,column] message`: Maven.
  case maven
  /// A JSON object a line, of cargo or of rustc.
  case rustJSON
  /// What eslint, shellcheck and ruff write as JSON.
  case eslintJSON, shellcheckJSON, ruffJSON
  /// `File "x.py", line 3` above, the error below.
  case python
  /// `x.js:3` above, the error below.
  case node
  /// `CMake Error at CMakeLists.txt:3 (message):` above, the words below; and what the compilers say.
  case cmake

  /// The diagnostics of what a tool wrote, each once, in the order of the text.
  ///
  /// Lines that name no place, such as a linker's last word, count only where nothing better is there.
  package func parse(stdout: String, stderr: String) -> [Diagnostic] {
    let found =
      switch self {
      case .colon: both(stdout, stderr) { ColonDiagnostics.parse($0) }
      case .bareErrors: both(stdout, stderr) { ColonDiagnostics.parse($0, bare: .error) }
      case .goTest: both("", stderr) { ColonDiagnostics.parse($0, bare: .error) }
      case .coded: both(stdout, stderr) { ColonDiagnostics.parse($0, bare: .warning, codes: true) }
      case .parenthesis: both(stdout, stderr, BlockDiagnostics.parenthesis)
      case .prettier: both(stdout, stderr, BlockDiagnostics.prettier)
      case .maven: both(stdout, stderr, BlockDiagnostics.maven)
      case .rustJSON:
        both(stdout, stderr, JSONDiagnostics.rust) + both("", stderr, BlockDiagnostics.rust)
      case .eslintJSON: JSONDiagnostics.eslint(stdout)
      case .shellcheckJSON: JSONDiagnostics.shellcheck(stdout)
      case .ruffJSON: JSONDiagnostics.ruff(stdout)
      case .python: both(stdout, stderr, BlockDiagnostics.python)
      case .node: both(stdout, stderr, BlockDiagnostics.node)
      case .cmake:
        both(stdout, stderr, BlockDiagnostics.cmake) + both(stdout, stderr) { ColonDiagnostics.parse($0) }
      }
    var seen: Set<Diagnostic> = []
    let single = found.filter { seen.insert($0).inserted }
    let hasPlace = single.contains { $0.file != nil && $0.severity == .error }
    return hasPlace ? single.filter { $0.file != nil } : single
  }

  private func both(_ stdout: String, _ stderr: String, _ parse: ([Substring]) -> [Diagnostic])
    -> [Diagnostic]
  {
    parse(ToolText.lines(stdout)) + parse(ToolText.lines(stderr))
  }
}

/// Text as tools write it to a terminal that they believe in.
package enum ToolText {
  /// The lines without their ends, carriage returns and colours.
  package static func lines(_ text: String) -> [Substring] {
    let plain = text.utf8.contains(0x1B) ? plain(text) : text
    // "\r\n" is one Character, so both kinds of line end are met in bytes.
    return plain.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      Substring(line.last == 0x0D ? line.dropLast() : line)
    }
  }

  /// A text without its escape sequences (ECMA-48, CSI).
  package static func plain(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var iterator = text.utf8.makeIterator()
    while let byte = iterator.next() {
      guard byte == 0x1B else {
        bytes.append(byte)
        continue
      }
      guard iterator.next() == UInt8(ascii: "[") else { continue }
      while let next = iterator.next(), !(0x40...0x7E).contains(next) {}
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
