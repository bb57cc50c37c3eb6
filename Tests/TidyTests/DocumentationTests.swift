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
    // What every step type declares is said once, at `StepType`.
    #"^init\(_ p: inout ParameterReader\)"#,
  ]

  @Test func `every declaration that another target sees has a doc comment`() {
    var declarationCount = 0
    var problems: [String] = []
    let sources = Repository.shared.swift(under: "Sources")
    // A requirement of a protocol speaks for those who fulfil it, in whatever file.
    let required = sources.reduce(into: Set<String>()) { names, file in
      names.formUnion(documentedNames(in: SwiftText.of(file)) { !$0.contains("{") || $0.contains("{ get") })
    }
    for file in sources {
      let text = SwiftText.of(file)
      let documented = documentedNames(in: text) { _ in true }.union(required)
      for index in text.codeLines.indices {
        guard let head = head(of: text.codeLines[index]) else { continue }
        declarationCount += 1
        let isSpokenFor =
          Self.witnesses.contains { head.matches($0) } || isStored(head)
          || documented.contains(name(of: head)) || isDocumented(index, in: text)
        if !isSpokenFor {
          problems.append(
            "\(file):\(index + 1): \(head.prefix(60)): say in one sentence what it is for (///)")
        }
      }
    }
    #expect(declarationCount > 30)
    expectNone(problems)
  }

  /// The declaration without what stands before its keyword; nil where the line declares nothing for others.
  private func head(of line: String) -> String? {
    guard line.contains("package") || line.contains("public") || line.contains("open") else { return nil }
    guard let keyword = line.captures(Self.declaration).first else { return nil }
    let rest = line.captures(Self.declaration, group: 2).first ?? ""
    return keyword == "init" || keyword == "subscript" ? keyword + rest : keyword + " " + rest.trimmed
  }

  /// A stored property may be spoken for by its name, its type and the comment of what it belongs to.
  private func isStored(_ head: String) -> Bool {
    head.matches(#"^(let|var) \w+\s*[:=][^{]*$"#)
  }

  private func name(of head: String) -> String { head.captures(#"^(\w+\s*[^\s(:<={]*)"#).first ?? head }

  /// Names that some declaration of the file explains: a requirement speaks for its default, one overload
  /// for the others.
  private func documentedNames(in text: SwiftText, where isWanted: (String) -> Bool) -> Set<String> {
    Set(
      text.codeLines.indices.compactMap { index in
        guard isDocumented(index, in: text) else { return nil }
        let line = text.codeLines[index]
        let head = head(of: line) ?? self.head(of: "package " + line.trimmed)
        guard let head, !head.hasPrefix("init"), isWanted(head) else { return nil }
        return name(of: head)
      })
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
