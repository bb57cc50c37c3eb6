import Formats
import SQLite

/// JSON on its way into columns and back. What comes back was written here, so a fault in it is damage.
enum StoredJSON {
  /// Compact text, or NULL for null and for what is empty.
  static func column(_ value: JSON) -> SQLValue {
    switch value {
    case .null: .null
    case .object(let members) where members.isEmpty: .null
    case .array(let elements) where elements.isEmpty: .null
    default: .text(value.compact)
    }
  }

  static func column(_ texts: [String]) -> SQLValue { column(.array(texts.map(JSON.string))) }

  static func column(_ map: [String: String]) -> SQLValue {
    column(.object(JSONObject(map.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) })))
  }

  static func value(_ text: String?) throws(SQLiteError) -> JSON {
    guard let text else { return .null }
    do throws(JSONError) { return try JSONParser.parse(text) } catch { throw damage("\(error)") }
  }

  static func value(_ bytes: [UInt8]) throws(SQLiteError) -> JSON {
    do throws(JSONError) { return try JSONParser.parse(bytes) } catch { throw damage("\(error)") }
  }

  static func texts(_ text: String?) throws(SQLiteError) -> [String] {
    try value(text).arrayValue?.compactMap(\.stringValue) ?? []
  }

  static func map(_ text: String?) throws(SQLiteError) -> [String: String] {
    guard case .object(let members) = try value(text) else { return [:] }
    return Dictionary(members.map { ($0.key, $0.value.stringValue ?? "") }) { $1 }
  }

  /// The error for a row that this program cannot have written.
  static func damage(_ what: String) -> SQLiteError {
    SQLiteError(code: 11, message: "a stored value makes no sense: \(what)", operation: "read the job table")
  }
}
