import Formats

/// Values of PostgreSQL on their way to and from steps, by the numbers of their types in `pg_type`.
enum PostgresTypes {
  /// Types of the language itself, and for arrays the type of their elements.
  private static let names: [UInt32: String] = [
    16: "boolean", 17: "bytea", 18: "char", 19: "name", 20: "bigint", 21: "smallint", 23: "integer",
    25: "text", 26: "oid", 114: "json", 142: "xml", 650: "cidr", 700: "real", 701: "double precision",
    790: "money", 829: "macaddr", 869: "inet", 1042: "character", 1043: "character varying", 1082: "date",
    1083: "time", 1114: "timestamp", 1184: "timestamptz", 1186: "interval", 1266: "timetz", 1560: "bit",
    1562: "bit varying", 1700: "numeric", 2278: "void", 2950: "uuid", 3802: "jsonb", 3904: "int4range",
  ]
  private static let elements: [UInt32: UInt32] = [
    1000: 16, 1001: 17, 1002: 18, 1003: 19, 1016: 20, 1005: 21, 1007: 23, 1009: 25, 1028: 26, 199: 114,
    143: 142, 651: 650, 1021: 700, 1022: 701, 791: 790, 1040: 829, 1041: 869, 1014: 1042, 1015: 1043,
    1182: 1082, 1183: 1083, 1115: 1114, 1185: 1184, 1187: 1186, 1270: 1266, 1561: 1560, 1563: 1562,
    1231: 1700, 2951: 2950, 3807: 3802, 3905: 3904,
  ]

  /// A type in the database's words; its number where it was made by somebody.
  static func name(_ type: UInt32) -> String {
    if let element = elements[type] { return "\(names[element] ?? "")[]" }
    return names[type] ?? "oid \(type)"
  }

  // MARK: From the server

  /// A value as what it is: numbers with all their digits, times as RFC 3339 writes them, bytes in base64.
  static func shown(_ bytes: [UInt8], type: UInt32) -> JSON {
    if let element = elements[type] { return array(bytes, of: element) }
    let text = String(decoding: bytes, as: UTF8.self)
    switch type {
    case 16: return .bool(text == "t")
    case 20, 21, 23, 26: return Int64(text).map(JSON.integer) ?? .string(text)
    case 700, 701: return Double(text).flatMap { $0.isFinite ? .double($0) : nil } ?? .string(text)
    case 1700: return number(text)
    case 114, 3802: return JSONText.value(bytes) ?? .string(text)
    case 17:
      guard text.hasPrefix("\\x"), let plain = Hex.decode(String(text.dropFirst(2))) else {
        return .string(text)
      }
      return .string(Base64.encode(plain))
    case 1114, 1184: return .string(time(text))
    default: return .string(text)
    }
  }

  /// `NaN` and `Infinity`, which numeric has too, are no numbers of JSON.
  private static func number(_ text: String) -> JSON {
    guard let first = text.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first),
      let value = JSONText.value(Array(text.utf8))
    else { return .string(text) }
    return value
  }

  /// `2026-01-02 03:04:05.5+02` as `2026-01-02T03:04:05.5+02:00`; what is no time of a calendar as it is.
  private static func time(_ text: String) -> String {
    guard let blank = text.firstIndex(of: " "), !text.hasSuffix("BC") else { return text }
    var clock = text[text.index(after: blank)...]
    var zone = ""
    if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      zone = String(clock[sign...])
      clock = clock[..<sign]
      if zone.count == 3 { zone += ":00" }
      if zone == "+00:00" { zone = "Z" }
    }
    return text[..<blank] + "T" + clock + zone
  }

  /// `{1,NULL,"a\"b"}`: the text of an array, nested ones too.
  private static func array(_ bytes: [UInt8], of element: UInt32) -> JSON {
    var place = 0
    // An array that does not count from one says so first: `[0:1]={1,2}`.
    if bytes.first == UInt8(ascii: "["), let equals = bytes.firstIndex(of: UInt8(ascii: "=")) {
      place = equals + 1
    }
    return list(bytes, &place, of: element) ?? .string(String(decoding: bytes, as: UTF8.self))
  }

  private static func list(_ bytes: [UInt8], _ place: inout Int, of element: UInt32) -> JSON? {
    guard place < bytes.count, bytes[place] == UInt8(ascii: "{") else { return nil }
    place += 1
    var values: [JSON] = []
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "}"):
        place += 1
        return .array(values)
      case UInt8(ascii: ","): place += 1
      case UInt8(ascii: "{"):
        guard let inner = list(bytes, &place, of: element) else { return nil }
        values.append(inner)
      case UInt8(ascii: "\""):
        values.append(shown(quoted(bytes, &place), type: element))
      default:
        let word = bytes[place...].prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
        place = word.endIndex
        values.append(word.elementsEqual("NULL".utf8) ? .null : shown(Array(word), type: element))
      }
    }
    return nil
  }

  private static func quoted(_ bytes: [UInt8], _ place: inout Int) -> [UInt8] {
    var text: [UInt8] = []
    place += 1
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      if bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count { place += 1 }
      text.append(bytes[place])
      place += 1
    }
    place += 1
    return text
  }

  // MARK: To the server

  /// The text of a value that is bound; the server reads it as the type that the statement wants there.
  static func bound(_ value: JSON, type: UInt32) -> String? {
    switch value {
    case .null: return nil
    case .bool(let flag): return flag ? "true" : "false"
    case .string(let text):
      return type == 114 || type == 3802 ? json(text) : text
    case .integer, .double, .decimal: return value.compact
    case .array(let values):
      guard let element = elements[type] else { return value.compact }
      return "{" + values.map { item($0, element) }.joined(separator: ",") + "}"
    case .object: return value.compact
    }
  }

  /// A text for a JSON column: as it is where it is JSON, else as a string of JSON.
  private static func json(_ text: String) -> String {
    JSONText.value(Array(text.utf8)) != nil ? text : JSON.string(text).compact
  }

  private static func item(_ value: JSON, _ element: UInt32) -> String {
    if case .array(let inner) = value {
      return "{" + inner.map { item($0, element) }.joined(separator: ",") + "}"
    }
    guard let text = bound(value, type: element) else { return "NULL" }
    var quoted = "\""
    for character in text {
      if character == "\"" || character == "\\" { quoted.append("\\") }
      quoted.append(character)
    }
    return quoted + "\""
  }
}
