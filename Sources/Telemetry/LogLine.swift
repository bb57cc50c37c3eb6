import Formats

/// One line of the log, before it has a format.
struct LogLine {
  let level: LogLevel
  let text: String
  let pairs: [(key: String, value: String)]
  let at: Timestamp

  init(level: LogLevel, text: String, pairs: [(key: String, value: String)], at: Timestamp) {
    self.level = level
    self.text = text
    self.pairs = pairs
    self.at = at
  }

  /// The line with its line end.
  func bytes(_ format: Logger.Format) -> [UInt8] {
    switch format {
    case .text: Array("\(at.description) \(level.name) \(words)\n".utf8)
    case .journal: Array("<\(level.priority)>\(words)\n".utf8)
    case .json: json
    }
  }

  private var words: String {
    pairs.reduce(Self.escape(text)) { line, pair in "\(line) \(pair.key)=\(Self.quote(pair.value))" }
  }

  private var json: [UInt8] {
    var object: JSONObject = [
      "at": .string(at.description), "level": .string(level.name), "message": .string(text),
    ]
    for (key, value) in pairs { object[key] = .string(value) }
    var writer = JSONWriter()
    writer.value(object)
    return writer.bytes + [0x0A]
  }

  /// Quotes a value that could be read in another way without.
  private static func quote(_ value: String) -> String {
    let isPlain =
      !value.isEmpty
      && value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0 != "=" && $0 != "\\" }
    if isPlain { return escape(value) }
    let inner = value.unicodeScalars.reduce(into: "") { text, scalar in
      if scalar == "\"" || scalar == "\\" { text.unicodeScalars.append("\\") }
      text.unicodeScalars.append(scalar)
    }
    return "\"\(escape(inner))\""
  }

  /// Writes control characters as escapes, so that no value can end its line or drive a terminal.
  private static func escape(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      guard isControl(scalar) else { return result.unicodeScalars.append(scalar) }
      switch scalar {
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        let hex = String(scalar.value, radix: 16)
        result += "\\u{\(hex)}"
      }
    }
  }

  /// C0, DEL and C1, and the marks that turn the direction of text or break its lines.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
