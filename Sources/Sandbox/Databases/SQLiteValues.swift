import Formats
import MissionModel
import SQLite

/// Values and errors of SQLite on their way to and from steps.
enum SQLiteValues {
  /// What is bound for a value of a mission: numbers that no double holds, lists and maps go as text.
  static func bound(_ value: JSON) -> SQLValue {
    switch value {
    case .null: .null
    case .bool(let flag): SQLValue(flag)
    case .integer(let number): .integer(number)
    case .double(let number): .real(number)
    case .decimal(let text), .string(let text): .text(text)
    case .array, .object: .text(value.compact)
    }
  }

  /// A column's value: bytes in base64, and what was declared a truth value or JSON as such where it is one.
  static func shown(_ value: SQLValue, type: String) -> JSON {
    let type = type.uppercased()
    switch value {
    case .null: return .null
    case .integer(let number):
      return type.hasPrefix("BOOL") && (number == 0 || number == 1) ? .bool(number == 1) : .integer(number)
    case .real(let number): return number.isFinite ? .double(number) : .string("\(number)")
    case .text(let text):
      if type == "JSON", let parsed = JSONText.value(Array(text.utf8)) { return parsed }
      return .string(text)
    case .bytes(let bytes): return .string(Base64.encode(bytes))
    }
  }

  /// The failure that an error is to a step.
  static func failure(_ error: SQLiteError, _ name: String) -> StepFailure {
    let title = "query \(name)"
    switch error.primaryCode {
    case 5, 6:
      return StepFailure("\(title): another process holds the database locked; end its transaction, or retry")
    case 8:
      return StepFailure(.denied, "\(title): the database is open for reading only")
    case 14: return StepFailure("\(title): the file cannot be opened: \(error.message)")
    case 1 where error.message.hasPrefix("not authorized"), 23:
      return StepFailure(
        .denied,
        "\(title): \(error.message); a query loads no extension, and reaches other files only by their "
          + "absolute paths inside of the workspace and paths.write (paths.read with read_only)")
    case 25: return StepFailure(.badParameters, "\(title): \(error.message)")
    case 26: return StepFailure("\(title): the file is no database of SQLite")
    default: return StepFailure("\(title): \(error.message)")
    }
  }
}
