/// Finds what a source declares, without any tool: by words, brackets and indents.
///
/// It is no compiler: what macros make, and what is told apart only by types, it does not see.
package struct DeclarationScanner {
  /// The languages that it reads.
  package static let languages = [
    "swift", "rust", "go", "python", "javascript", "typescript", "c", "c++", "java",
  ]

  /// A block that is open.
  private struct Scope {
    var name: String?
    var kind: String?
    var declaration: Int?
    /// How deep in parentheses it was opened.
    let depth: Int
    /// Where the statement began that it is in the middle of; nil where it ends that statement.
    let head: Int?
  }

  private let source: [UInt8]
  private let mask: SourceMask
  private let file: String
  private let language: String
  private let rules: DeclarationRules
  private var scopes: [Scope] = []
  private var found: [Declaration] = []
  private var index = 0
  private var line = 1
  private var headStart = 0
  private var headLine = 1
  private var depth = 0

  /// Bytes of a statement up to its body; longer ones are data.
  private static let maxHeadBytes = 16 << 10

  /// What `source` declares, in the order of its lines.
  package static func scan(_ source: [UInt8], file: String, language: String) -> [Declaration] {
    let mask = SourceMask(source, language: language)
    if language == "python" { return PythonDeclarations.scan(source, mask, file: file) }
    var scanner = DeclarationScanner(source, mask, file, language)
    scanner.scan()
    return scanner.found
  }

  private init(_ source: [UInt8], _ mask: SourceMask, _ file: String, _ language: String) {
    self.source = source
    self.mask = mask
    self.file = file
    self.language = language
    rules = DeclarationRules(language: language)
  }

  private mutating func scan() {
    let bytes = mask.bytes
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth = max(0, depth - 1)
      case UInt8(ascii: "{"): open()
      case UInt8(ascii: "}"): close()
      case UInt8(ascii: ";") where depth == 0: finish(hasBody: false)
      case UInt8(ascii: "\n"):
        if depth == 0, endsStatement() { finish(hasBody: false) }
        line += 1
      default: break
      }
      index += 1
    }
    if depth == 0 { finish(hasBody: false) }
  }

  private mutating func open() {
    let isInside = depth > 0 || isTypeInHead()
    var scope = Scope(name: nil, kind: scopes.last?.kind, depth: depth, head: isInside ? headStart : nil)
    if !isInside {
      let count = found.count
      finish(hasBody: true)
      if found.count > count {
        scope.name = found[count].name
        scope.kind = found[count].kind
        scope.declaration = count
      } else if scopes.last?.name != nil, let kind = scope.kind, DeclarationRules.types.contains(kind) {
        // A body in a type that declares nothing is a property's: what is in it is no member.
        scope.kind = nil
      }
    } else {
      scope.kind = nil
    }
    scopes.append(scope)
    depth = 0
    headStart = index + 1
  }

  private mutating func close() {
    if depth == 0 { finish(hasBody: false) }
    headStart = index + 1
    guard let scope = scopes.popLast() else { return depth = 0 }
    depth = scope.depth
    if let declaration = scope.declaration { found[declaration].endLine = line }
    if let head = scope.head { headStart = head }
  }

  /// `interface{}` in a result of Go, or a type behind a colon in TypeScript: the head goes on behind it.
  private func isTypeInHead() -> Bool {
    let head = mask.bytes[headStart..<index]
    guard head.count < Self.maxHeadBytes, let last = head.last(where: { !Self.isBlank($0) }) else {
      return false
    }
    switch language {
    case "typescript": return last == UInt8(ascii: ":") || last == UInt8(ascii: "|")
    case "go":
      let tokens = SourceHead(head)
      guard tokens.word(0) == "func", let word = tokens.word(tokens.tokens.count - 1) else { return false }
      return word == "interface" || word == "struct"
    default: return false
    }
  }

  private func endsStatement() -> Bool {
    guard ["swift", "go", "javascript", "typescript"].contains(language) else { return false }
    let bytes = mask.bytes
    guard let last = bytes[headStart..<index].last(where: { !Self.isBlank($0) }) else { return true }
    if language == "go" { return true }
    if ",:=>&|+-(".utf8.contains(last) { return false }
    guard let next = bytes[index...].firstIndex(where: { !Self.isBlank($0) }) else { return true }
    if "{:?=&|.".utf8.contains(bytes[next]) { return false }
    if bytes[next] == UInt8(ascii: "-") { return bytes[(next + 1)...].first != UInt8(ascii: ">") }
    let word = String(decoding: bytes[next...].prefix(10).prefix(while: SourceMask.isWord), as: UTF8.self)
    return !["where", "throws", "rethrows", "async"].contains(word)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
      || byte == UInt8(ascii: "\n")
  }

  /// Ends the statement before the current byte, and notes what it declares.
  private mutating func finish(hasBody: Bool) {
    let range = headStart..<index
    headStart = index + 1
    guard !range.isEmpty, range.count <= Self.maxHeadBytes else { return }
    let head = SourceHead(mask.bytes[range])
    guard let first = head.ranges.first,
      let finding = rules.read(head, enclosing: scopes.last?.kind, hasBody: hasBody)
    else { return }
    let place = head.ranges[finding.at]
    func lineOf(_ offset: Int) -> Int {
      line - mask.bytes[offset..<index].reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    }
    let nameEnd = finding.name.contains(" ") ? head.ranges[finding.at + 1].upperBound : place.upperBound
    let open = head.ranges.indices.first { index in
      index > finding.at && head.tokens[index] == .group("(")
    }
    let signature =
      finding.hasSignature
      ? open.map { Self.plain(source[max(nameEnd, head.ranges[$0].lowerBound)..<index]) } : nil
    found.append(
      Declaration(
        name: finding.name, kind: finding.kind, file: file, line: lineOf(place.lowerBound),
        endLine: hasBody ? nil : line, signature: signature, scope: scope(of: finding, head),
        language: language,
        comment: SourceComment.above(lineOf(first.lowerBound), mask, source)))
  }

  private func scope(of finding: DeclarationRules.Finding, _ head: SourceHead) -> String? {
    if finding.scope == "", language == "go" {
      let receiver = SourceHead(mask.bytes[head.ranges[1]].dropFirst().dropLast())
      // `(s *Stack[T])`: the last word is the type's.
      return receiver.tokens.lazy.reversed().compactMap { if case .word(let word) = $0 { word } else { nil } }
        .first
    }
    let names = scopes.compactMap(\.name) + (finding.scope.map { [$0] } ?? [])
    let separator = ["c++", "c", "rust"].contains(language) ? "::" : "."
    return names.isEmpty ? nil : names.joined(separator: separator)
  }

  /// A text on one line, as if it had been written so.
  static func plain(_ bytes: ArraySlice<UInt8>) -> String {
    var line: [UInt8] = []
    for word in bytes.split(whereSeparator: isBlank) {
      if let last = line.last, last != UInt8(ascii: "("), word.first != UInt8(ascii: ")") {
        line.append(UInt8(ascii: " "))
      }
      line += word
    }
    return String(decoding: line, as: UTF8.self)
  }
}
