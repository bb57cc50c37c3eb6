/// Finds what a source in Python declares, by its indents.
enum PythonDeclarations {
  private struct Scope {
    let indent: Int
    let name: String
    let isClass: Bool
    let declaration: Int
  }

  static func scan(_ source: [UInt8], _ mask: SourceMask, file: String) -> [Declaration] {
    var found: [Declaration] = []
    var scopes: [Scope] = []
    var depth = 0
    var lastCode = 0
    var number = 0
    var offset = 0
    func close(downTo indent: Int) {
      while let last = scopes.last, last.indent >= indent {
        found[last.declaration].endLine = lastCode
        scopes.removeLast()
      }
    }
    for line in mask.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      defer { offset += line.count + 1 }
      let blanks = line.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.count
      let hasString = mask.strings.contains(number)
      guard line.count > blanks, line[line.startIndex + blanks] != UInt8(ascii: "\r") || hasString else {
        // A string that stands alone is code too.
        if hasString { lastCode = number }
        continue
      }
      if depth == 0 {
        close(downTo: blanks)
        if let part = header(line.dropFirst(blanks)) {
          let begin = offset + blanks + part.parameters
          let end = headerEnd(mask.bytes, from: begin)
          let isMethod = scopes.last?.isClass ?? false
          let scope = scopes.map(\.name).joined(separator: ".")
          found.append(
            Declaration(
              name: part.name, kind: part.isClass ? "class" : isMethod ? "method" : "function", file: file,
              line: number, signature: part.isClass ? nil : DeclarationScanner.plain(source[begin..<end]),
              scope: scope.isEmpty ? nil : scope, language: "python",
              comment: documentation(behind: end, mask, source)))
          scopes.append(
            Scope(indent: blanks, name: part.name, isClass: part.isClass, declaration: found.count - 1))
        }
      }
      for byte in line {
        if "([{".utf8.contains(byte) { depth += 1 }
        if ")]}".utf8.contains(byte) { depth = max(0, depth - 1) }
      }
      lastCode = number
    }
    close(downTo: 0)
    return found
  }

  /// `def name`, `async def name` and `class name`, and how far behind its start the parameters are.
  private static func header(
    _ line: ArraySlice<UInt8>
  ) -> (name: String, isClass: Bool, parameters: Int)? {
    let head = SourceHead(line)
    let index = head.word(0) == "async" ? 1 : 0
    guard let keyword = head.word(index), keyword == "def" || keyword == "class",
      let name = head.word(index + 1)
    else { return nil }
    return (name, keyword == "class", head.ranges[index + 1].upperBound - line.startIndex)
  }

  /// The place of the colon that ends a header.
  private static func headerEnd(_ bytes: [UInt8], from start: Int) -> Int {
    var depth = 0
    for index in start..<bytes.count {
      if "([{".utf8.contains(bytes[index]) { depth += 1 }
      if ")]}".utf8.contains(bytes[index]) { depth -= 1 }
      if depth <= 0, bytes[index] == UInt8(ascii: ":") { return index }
    }
    return bytes.count
  }

  private static func documentation(behind end: Int, _ mask: SourceMask, _ source: [UInt8]) -> String? {
    guard end < source.count, let string = mask.strings.first(startingFrom: end) else { return nil }
    let between = mask.bytes[(end + 1)..<string.range.lowerBound]
    guard between.allSatisfy({ " \t\r\nrRuU".utf8.contains($0) }) else { return nil }
    let text = source[string.range]
    let quote = text.first ?? 0
    let marks = text.prefix { $0 == quote }.count >= 3 ? 3 : 1
    guard text.count >= 2 * marks else { return nil }
    let plain = SourceComment.trimmed(SourceComment.lines(text.dropFirst(marks).dropLast(marks)))
    return plain.isEmpty ? nil : plain
  }
}

extension [SourceMask.Span] {
  /// The first that begins at or behind a place; they are in the order of their places.
  fileprivate func first(startingFrom place: Int) -> Element? {
    let index = firstPlace(behind: { $0.range.lowerBound < place })
    return index < count ? self[index] : nil
  }

  /// Whether one of them is on a line.
  fileprivate func contains(_ line: Int) -> Bool {
    let index = firstPlace(behind: { $0.lines.upperBound < line })
    return index < count && self[index].lines.contains(line)
  }

  private func firstPlace(behind isBefore: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
