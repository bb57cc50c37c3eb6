import Drivers
import Formats

/// Values of MySQL on their way to and from steps.
enum MySQLTypes {
  /// Numbers of `enum_field_types`.
  private static let names: [CInt: String] = [
    0: "decimal", 1: "tinyint", 2: "smallint", 3: "int", 4: "float", 5: "double", 6: "null", 7: "timestamp",
    8: "bigint", 9: "mediumint", 10: "date", 11: "time", 12: "datetime", 13: "year", 15: "varchar", 16: "bit",
    245: "json", 246: "decimal", 247: "enum", 248: "set", 249: "tinyblob", 250: "mediumblob",
    251: "longblob", 252: "blob", 253: "varchar", 254: "char", 255: "geometry",
  ]

  /// A type in the database's words.
  static func name(_ column: MySQLColumn) -> String {
    if column.format == "json" { return "json" }
    if isTruth(column) { return "boolean" }
    let name = names[column.type] ?? "type \(column.type)"
    if name.hasSuffix("blob"), column.charset != bytes { return name.replacing("blob", with: "text") }
    if column.charset == bytes, column.type == 253 { return "varbinary" }
    if column.charset == bytes, column.type == 254 { return "binary" }
    return column.isUnsigned && [1, 2, 3, 8, 9].contains(column.type) ? name + " unsigned" : name
  }

  /// The character set of what is no text.
  private static let bytes: UInt32 = 63

  /// `BOOLEAN` is a tinyint that is one digit wide.
  private static func isTruth(_ column: MySQLColumn) -> Bool { column.type == 1 && column.width == 1 }

  /// A value as what it is: numbers with all their digits, times as RFC 3339 writes them, bytes in base64.
  static func shown(_ value: MySQLValue, _ column: MySQLColumn) -> JSON {
    switch value {
    case .null: return .null
    case .integer(let number):
      return isTruth(column) && (number == 0 || number == 1) ? .bool(number == 1) : .integer(number)
    case .unsigned(let number): return JSON(number)
    case .double(let number): return number.isFinite ? .double(number) : .string("\(number)")
    case .bytes(let bytes):
      let text = String(decoding: bytes, as: UTF8.self)
      switch column.type {
      case 0, 246: return JSONText.value(bytes) ?? .string(text)
      case 4: return Double(text).map(JSON.double) ?? .string(text)
      case 7, 12: return .string(text.replacing(" ", with: "T", maxReplacements: 1))
      case 10, 11: return .string(text)
      case 245: return JSONText.value(bytes) ?? .string(text)
      case 16: return .string(Base64.encode(bytes))
      default: break
      }
      if column.format == "json", let parsed = JSONText.value(bytes) { return parsed }
      return column.charset == Self.bytes ? .string(Base64.encode(bytes)) : .string(text)
    }
  }

  /// What is bound for a value of a mission: numbers that no double holds, lists and maps go as text.
  static func bound(_ value: JSON) -> MySQLValue {
    switch value {
    case .null: .null
    case .bool(let flag): .integer(flag ? 1 : 0)
    case .integer(let number): .integer(number)
    case .double(let number): .double(number)
    case .decimal(let text), .string(let text): .bytes(Array(text.utf8))
    case .array, .object: .bytes(value.compactBytes)
    }
  }
}
