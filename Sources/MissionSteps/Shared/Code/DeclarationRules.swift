/// What the head of a statement declares, by the language that it is written in.
struct DeclarationRules {
  /// What is declared, before its place is known.
  struct Finding {
    var name: String
    var kind: String
    /// The token of the name.
    var at: Int
    /// What the head itself says it belongs to, such as the receiver of a method in Go.
    var scope: String?
    /// False where no parameters follow.
    var hasSignature = true
  }

  let language: String

  /// Kinds whose functions are methods.
  static let types: Set<String> = [
    "class", "struct", "enum", "actor", "protocol", "extension", "interface", "implementation", "union",
    "record", "annotation",
  ]

  private static let modifiers: [String: Set<String>] = [
    "swift": [
      "public", "private", "fileprivate", "internal", "package", "open", "static", "final", "override",
      "mutating", "nonmutating", "async", "nonisolated", "indirect", "convenience", "required", "dynamic",
      "isolated", "consuming", "borrowing", "prefix", "postfix", "infix", "distributed", "optional",
    ],
    "rust": ["pub", "const", "async", "unsafe", "extern", "default"],
    "java": [
      "public", "private", "protected", "static", "final", "abstract", "synchronized", "native", "strictfp",
      "default", "sealed", "non", "transient", "volatile",
    ],
    "script": [
      "export", "default", "async", "static", "public", "private", "protected", "readonly", "abstract",
      "override", "declare", "get", "set",
    ],
  ]

  /// - Parameters:
  ///   - enclosing: the kind of the declaration that the statement is in; nil in none, or in a plain block.
  ///   - hasBody: whether a brace follows.
  func read(_ head: SourceHead, enclosing: String?, hasBody: Bool) -> Finding? {
    let isMember = enclosing.map(Self.types.contains) ?? false
    switch language {
    case "swift": return swift(head, isMember, hasBody || enclosing == "protocol")
    case "rust": return rust(head, isMember, hasBody || enclosing == "interface")
    case "go": return go(head, enclosing, hasBody)
    case "java": return java(head, isMember, hasBody)
    case "javascript", "typescript": return script(head, enclosing, hasBody)
    default: return hasBody && enclosing != "function" && enclosing != "method" ? c(head, isMember) : nil
    }
  }

  /// The first token that is neither an attribute nor a modifier.
  private func start(_ head: SourceHead, _ kind: String) -> Int {
    let words = Self.modifiers[kind] ?? []
    var index = 0
    while let token = head[index] {
      switch token {
      case .symbol("@") where head.word(index + 1) != nil && head.word(index + 1) != "interface":
        index = head.path(index + 1, separator: ".", joined: ".")?.end ?? index + 2
        if head[index] == .group("(") { index += 1 }
      case .symbol("#"):
        index += 1
        if head[index] == .symbol("!") { index += 1 }
        if head[index] == .group("[") { index += 1 }
      case .symbol("*") where kind == "script", .symbol("-") where kind == "java": index += 1
      case .word(let word) where words.contains(word):
        // A method of JavaScript may be called like a modifier.
        if kind == "script", head[index + 1] == .group("(") { return index }
        index += 1
        if kind != "java", head[index] == .group("("), head[index + 1] != nil { index += 1 }
      case .word("class") where kind == "swift" && isModified(head, index + 1): index += 1
      default: return index
      }
    }
    return index
  }

  private func isModified(_ head: SourceHead, _ index: Int) -> Bool {
    guard let next = head.word(index) else { return false }
    return ["func", "var", "let", "subscript"].contains(next)
      || Self.modifiers["swift", default: []].contains(next)
  }

  private func swift(_ head: SourceHead, _ isMember: Bool, _ isWhole: Bool) -> Finding? {
    let index = start(head, "swift")
    guard isWhole, let keyword = head.word(index) else { return nil }
    let kind = isMember ? "method" : "function"
    switch keyword {
    case "func":
      if let name = head.word(index + 1) { return Finding(name: name, kind: kind, at: index + 1) }
      if head[index + 1] == .symbol("`"), let name = name(quotedIn: head, index + 1) {
        return Finding(name: name, kind: kind, at: index + 1)
      }
      var end = index + 1
      var name = ""
      while case .symbol(let sign)? = head[end] {
        name.unicodeScalars.append(sign)
        end += 1
      }
      return name.isEmpty ? nil : Finding(name: name, kind: kind, at: end - 1)
    case "init", "subscript": return isMember ? Finding(name: keyword, kind: kind, at: index) : nil
    case "deinit":
      return isMember ? Finding(name: keyword, kind: kind, at: index, hasSignature: false) : nil
    case "class", "struct", "enum", "actor", "protocol", "extension":
      return head.path(index + 1, separator: ".", joined: ".").map {
        Finding(name: $0.name, kind: keyword, at: index + 1, hasSignature: false)
      }
    default: return nil
    }
  }

  private func name(quotedIn head: SourceHead, _ index: Int) -> String? {
    let words = head.tokens[(index + 1)...].prefix { $0 != .symbol("`") }
    let names = words.compactMap { if case .word(let word) = $0 { word } else { nil } }
    return names.isEmpty ? nil : names.joined(separator: " ")
  }

  private func rust(_ head: SourceHead, _ isMember: Bool, _ isWhole: Bool) -> Finding? {
    let index = start(head, "rust")
    guard isWhole, let keyword = head.word(index) else { return nil }
    let kinds = ["struct": "struct", "enum": "enum", "union": "union", "trait": "interface", "mod": "module"]
    if keyword == "fn", let name = head.word(index + 1) {
      return Finding(name: name, kind: isMember ? "method" : "function", at: index + 1)
    }
    if keyword == "impl" {
      var place = head.behindAngles(index + 1)
      if let behind = head.tokens[place...].firstIndex(of: .word("for")) { place = behind + 1 }
      while let token = head[place], token == .symbol("&") || token == .symbol("!") { place += 1 }
      return head.path(place, separator: ":", joined: "::").map {
        Finding(name: $0.name, kind: "implementation", at: place, hasSignature: false)
      }
    }
    guard let kind = kinds[keyword], let name = head.word(index + 1) else { return nil }
    return Finding(name: name, kind: kind, at: index + 1, hasSignature: false)
  }

  private func go(_ head: SourceHead, _ enclosing: String?, _ hasBody: Bool) -> Finding? {
    if enclosing == "interface", !hasBody, let name = head.word(0), head[1] == .group("(") {
      return Finding(name: name, kind: "method", at: 0)
    }
    guard hasBody, let keyword = head.word(0) else { return nil }
    if keyword == "type", let name = head.word(1) {
      let kind = head.word(head.tokens.count - 1)
      guard let kind, kind == "struct" || kind == "interface" else { return nil }
      return Finding(name: name, kind: kind, at: 1, hasSignature: false)
    }
    guard keyword == "func" else { return nil }
    if let name = head.word(1) { return Finding(name: name, kind: "function", at: 1) }
    guard head[1] == .group("("), let name = head.word(2) else { return nil }
    return Finding(name: name, kind: "method", at: 2, scope: "")
  }

  private func java(_ head: SourceHead, _ isMember: Bool, _ hasBody: Bool) -> Finding? {
    let index = start(head, "java")
    let kinds = ["class": "class", "interface": "interface", "enum": "enum", "record": "record"]
    if hasBody, let kind = head.word(index).flatMap({ kinds[$0] }), let name = head.word(index + 1) {
      return Finding(name: name, kind: kind, at: index + 1, hasSignature: false)
    }
    if hasBody, head[index] == .symbol("@"), let name = head.word(index + 2) {
      return Finding(name: name, kind: "annotation", at: index + 2, hasSignature: false)
    }
    guard isMember, !head.contains(.symbol("=")), !head.contains(.word("new")),
      let open = head.tokens[min(index, head.tokens.count)...].firstIndex(of: .group("(")),
      let name = head.word(open - 1), open - 1 >= index,
      // Without a body it needs a type before its name: what has none is a call or a constant.
      hasBody || open - 1 > index
    else { return nil }
    return Finding(name: name, kind: "method", at: open - 1)
  }

  private func c(_ head: SourceHead, _ isMember: Bool) -> Finding? {
    let typed = ["struct", "union", "enum", "class", "namespace"]
    let outside = ["__attribute__", "__declspec", "alignas", "_Alignas", "decltype", "template", "operator"]
    let open = head.tokens.indices.first { index in
      head.tokens[index] == .group("(") && head.word(index - 1).map { !outside.contains($0) } ?? false
    }
    guard let open else {
      guard let place = head.tokens.firstIndex(where: { typed.contains(SourceHead.word($0) ?? "") }),
        !head.contains(.symbol("=")),
        let name = head.word(head.word(place + 1) == "class" ? place + 2 : place + 1)
      else { return nil }
      let kind = head.word(place) ?? ""
      return Finding(name: name, kind: kind, at: place + 1, hasSignature: false)
    }
    let control = ["if", "for", "while", "switch", "catch", "return", "sizeof", "do", "else", "__except"]
    guard let name = head.word(open - 1), !control.contains(name),
      !head.tokens[..<open].contains(.symbol("="))
    else { return nil }
    var scope: String?
    if head[open - 2] == .symbol(":"), head[open - 3] == .symbol(":"), let owner = head.word(open - 4) {
      scope = owner
    }
    return Finding(
      name: name, kind: isMember || scope != nil ? "method" : "function", at: open - 1, scope: scope)
  }

  private func script(_ head: SourceHead, _ enclosing: String?, _ hasBody: Bool) -> Finding? {
    let index = start(head, "script")
    guard let keyword = head.word(index) else { return nil }
    switch keyword {
    case "function" where hasBody:
      let place = head[index + 1] == .symbol("*") ? index + 2 : index + 1
      return head.word(place).map { Finding(name: $0, kind: "function", at: place) }
    case "class", "interface", "enum", "namespace":
      guard hasBody, let name = head.word(index + 1) else { return nil }
      return Finding(name: name, kind: keyword, at: index + 1, hasSignature: false)
    case "const", "let", "var":
      guard let name = head.word(index + 1), let sign = head.tokens.firstIndex(of: .symbol("=")) else {
        return nil
      }
      let value = head.word(sign + 1) == "async" ? sign + 2 : sign + 1
      let isArrow =
        head.tokens[min(value, head.tokens.count)...].contains(.symbol(">"))
        && (head[value] == .group("(") || head[value + 1] == .symbol("=") || head[value] == .symbol("<"))
      guard isArrow || (hasBody && head.word(value) == "function") else { return nil }
      return Finding(name: name, kind: "function", at: index + 1)
    default:
      guard enclosing == "class" || enclosing == "interface" else { return nil }
      let behind = head.behindAngles(index + 1)
      let isPromise = enclosing == "interface" || head.tokens[..<index].contains(.word("abstract"))
      guard head[behind] == .group("("), hasBody || isPromise else { return nil }
      return Finding(name: keyword, kind: "method", at: index)
    }
  }
}

extension SourceHead {
  fileprivate static func word(_ token: Token) -> String? {
    if case .word(let word) = token { word } else { nil }
  }
}
