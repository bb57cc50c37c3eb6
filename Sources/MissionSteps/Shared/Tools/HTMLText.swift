/// What a reader sees of HTML: title, text with its paragraphs, and the links. No browser: scripts, styles
/// and tags are left out, everything else stays.
struct HTMLText {
  private(set) var title: String?
  private(set) var text = ""
  private(set) var links: [String] = []

  /// Elements whose content nobody reads.
  private static let unread: Set<String> = ["script", "style", "template", "noscript", "svg"]
  /// Elements that begin a line of their own.
  private static let blocks: Set<String> = [
    "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "table", "ul",
    "ol",
    "pre", "blockquote", "head", "body", "header", "footer", "main", "nav", "dt", "dd", "hr",
  ]
  private static let entities = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "mdash": "—", "ndash": "–",
    "hellip": "…", "copy": "©", "euro": "€",
  ]

  init(_ html: String) {
    var rest = html[...]
    while let open = rest.firstIndex(of: "<") {
      add(rest[..<open])
      rest = rest[open...]
      if rest.hasPrefix("<!--") {
        guard let end = rest.firstRange(of: "-->") else {
          rest = ""
          break
        }
        rest = rest[end.upperBound...]
      } else if let close = rest.firstIndex(of: ">") {
        let tag = rest[rest.index(after: open)..<close]
        rest = rest[rest.index(after: close)...]
        take(tag, &rest)
      } else {
        rest = ""
      }
    }
    add(rest)
    while text.last?.isWhitespace == true { text.removeLast() }
  }

  /// Takes over a tag; jumps over the content of elements that nobody reads.
  private mutating func take(_ tag: Substring, _ rest: inout Substring) {
    let isEnd = tag.first == "/"
    let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }.lowercased()
    if name == "title", !isEnd, title == nil {
      title = Self.decoded(rest.prefix { $0 != "<" }).split(whereSeparator: \.isWhitespace)
        .joined(separator: " ")
      rest = rest.drop { $0 != "<" }
    } else if Self.unread.contains(name), !isEnd, tag.last != "/" {
      rest = Self.end(of: name, in: rest)
    } else {
      if Self.blocks.contains(name) { breakLine() }
      if name == "a", !isEnd, let link = Self.attribute("href", of: tag) { links.append(link) }
    }
  }

  /// What begins with the end tag of an element; nothing where it is never closed.
  private static func end(of name: String, in text: Substring) -> Substring {
    var rest = text
    while let sign = rest.firstRange(of: "</") {
      rest = rest[sign.lowerBound...]
      if rest.dropFirst(2).prefix(name.count).lowercased() == name { return rest }
      rest = rest.dropFirst(2)
    }
    return ""
  }

  private mutating func breakLine() {
    while text.last == " " { text.removeLast() }
    if !text.isEmpty, text.last != "\n" { text += "\n" }
  }

  /// Runs of white space are one blank.
  private mutating func add(_ piece: Substring) {
    for character in Self.decoded(piece) {
      if character.isWhitespace {
        if let last = text.last, last != " ", last != "\n" { text += " " }
      } else {
        text.append(character)
      }
    }
  }

  private static func attribute(_ name: String, of tag: Substring) -> String? {
    guard let start = tag.lowercased().firstRange(of: name + "=") else { return nil }
    let offset = tag.lowercased().distance(from: tag.lowercased().startIndex, to: start.upperBound)
    let value = tag.dropFirst(offset)
    guard let quote = value.first, quote == "\"" || quote == "'" else {
      return decoded(value.prefix { !$0.isWhitespace })
    }
    return decoded(value.dropFirst().prefix { $0 != quote })
  }

  private static func decoded(_ text: Substring) -> String {
    guard text.contains("&") else { return String(text) }
    var result = ""
    var rest = text
    while let sign = rest.firstIndex(of: "&") {
      result += rest[..<sign]
      rest = rest[rest.index(after: sign)...]
      guard let end = rest.prefix(10).firstIndex(of: ";"), let character = character(rest[..<end]) else {
        result += "&"
        continue
      }
      result += character
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  private static func character(_ name: Substring) -> String? {
    guard name.first == "#" else { return entities[String(name)] }
    let digits = name.dropFirst()
    let number =
      digits.first == "x" || digits.first == "X" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
  }
}
