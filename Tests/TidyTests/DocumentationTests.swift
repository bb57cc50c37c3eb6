import Testing

/// What other targets see says what it is for.
@Suite struct DocumentationTests {
  private static let declaration =
    #"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+(?:\(\w+\))?\s+)*(?:package|public|open)\s+"#
    + #"(?:\w+(?:\(\w+\))?\s+)*"#
    + #"(func|var|let|struct|class|enum|actor|protocol|init|subscript|typealias|macro|case)\b(.*)"#

  /// Requirements of the standard library's protocols say what those protocols say.
  private static let witnesses = [
    #"^init\((nilLiteral|\w+Literal|stringInterpolation|from|rawValue)\b"#, #"^(func|var|let) hash"#,
    #"^func\s*(==|<|encode|makeIterator|next|index|enqueue|isIsolatingCurrentContext|checkIsolated|~=)"#,
    #"^(var|let) (description|debugDescription|rawValue|id|startIndex|endIndex|count|unownedExecutor)\b"#,
    #"^func as(UnownedSerialExecutor|UnownedTaskExecutor)"#,
    #"^typealias (Element|Index|Failure|Iterator|RawValue)\b"#,
    #"^subscript\(position"#,
  ]

  @Test func `every declaration that another target sees has a doc comment`() {
    var declarationCount = 0
    var problems: [String] = []
    for file in Repository.shared.swift(under: "Sources") {
      let text = SwiftText(file.text)
      for index in text.codeLines.indices {
        let line = text.codeLines[index]
        guard let keyword = line.captures(Self.declaration).first else { continue }
        let rest = line.captures(Self.declaration, group: 2).first ?? ""
        declarationCount += 1
        let head = keyword == "init" || keyword == "subscript" ? keyword + rest : keyword + " " + rest.trimmed
        guard !Self.witnesses.contains(where: { head.matches($0) }), !isDocumented(index, in: text) else {
          continue
        }
        problems.append("\(file):\(index + 1): \(head.prefix(60)): say in one sentence what it is for (///)")
      }
    }
    #expect(declarationCount > 30)
    expectNone(problems)
  }

  /// True where the lines above, over attributes, end in a doc comment.
  private func isDocumented(_ index: Int, in text: SwiftText) -> Bool {
    for above in text.lines[..<index].reversed() {
      let line = above.trimmed
      if line.hasPrefix("///") || line.hasSuffix("*/") { return true }
      guard line.hasPrefix("@") || line.hasPrefix("//") else { return false }
    }
    return false
  }
}

extension StringProtocol {
  /// Without the blanks at both ends.
  var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
