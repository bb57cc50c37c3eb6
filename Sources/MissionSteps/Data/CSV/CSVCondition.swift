import Formats
import MissionModel

/// One condition of `where`, as the mission gives it.
struct CSVCondition: Sendable, Equatable {
  /// How a cell is compared.
  enum Comparison: String, CaseIterable, Sendable { case eq, ne, lt, le, gt, ge, contains, matches, missing }

  var column: String
  var comparison: Comparison
  var value: JSON

  /// Reads `{column, op, value}`; `op` is `eq` where it is left out.
  static var kind: ParameterKind<CSVCondition> {
    let words = Comparison.allCases.map(\.rawValue)
    return ParameterKind(
      expectation: "a map with \"column\", \"op\" and \"value\"",
      schema: [
        "type": "object", "required": ["column"], "additionalProperties": false,
        "properties": [
          "column": ["type": "string"], "value": true,
          "op": ["type": "string", "enum": .array(words.map(JSON.string)), "default": "eq"],
        ],
      ], stand: CSVCondition(column: "", comparison: .eq, value: ""),
      encode: { ["column": .string($0.column), "op": .string($0.comparison.rawValue), "value": $0.value] }
    ) { value, rules in
      guard case .object(let members) = value else { return nil }
      for key in members.keys where !["column", "op", "value"].contains(key) {
        rules.path = "/" + SchemaDocuments.escape(key)
        rules.message = "unknown key; known are column, op, value"
        return nil
      }
      guard case .string(let column)? = members["column"] else {
        rules.message = "needs a \"column\""
        return nil
      }
      let word = members["op"]?.stringValue ?? (members["op"] == nil ? "eq" : "")
      if rules.isOpen(word) { return CSVCondition(column: column, comparison: .eq, value: "") }
      guard let comparison = Comparison(rawValue: word) else {
        rules.path = "/op"
        rules.message = "expected one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
        return nil
      }
      guard comparison == .missing || members["value"] != nil else {
        rules.message = "\"\(word)\" needs a \"value\""
        return nil
      }
      return CSVCondition(column: column, comparison: comparison, value: members["value"] ?? .null)
    }
  }
}

/// A condition made ready for the columns of a table.
struct CSVTest {
  private let index: Int
  private let comparison: CSVCondition.Comparison
  private let number: CellNumber?
  private let text: [UInt8]
  private let pattern: Pattern?
  private let isWanted: Bool

  /// Finds the column, and compiles a pattern.
  init(_ condition: CSVCondition, _ header: CSVHeader, _ patterns: Patterns) throws(StepFailure) {
    index = try header.index(of: condition.column)
    comparison = condition.comparison
    text = Array(condition.value.text.utf8)
    number = CellNumber(condition.value)
    isWanted = condition.value != .bool(false)
    pattern = comparison == .matches ? try patterns.compile(condition.value.text, PatternOptions()) : nil
  }

  /// Whether the row is as the condition says. Two numbers compare as numbers, all else as text, by bytes.
  func holds(_ row: CSVRow) throws(StepFailure) -> Bool {
    let cell = row.cells[index]
    switch comparison {
    case .missing: return (cell.count == 0) == isWanted
    case .contains: return Self.contains(cell.hasQuotes ? row.bytes(cell) : nil, row.raw(cell), text)
    case .matches: return try pattern?.firstMatch(row.bytes(cell), 0) != nil
    case .eq: return isEqual(row, cell)
    case .ne: return !isEqual(row, cell)
    case .lt: return order(row, cell).map { $0 < 0 } ?? false
    case .le: return order(row, cell).map { $0 <= 0 } ?? false
    case .gt: return order(row, cell).map { $0 > 0 } ?? false
    case .ge: return order(row, cell).map { $0 >= 0 } ?? false
    }
  }

  private func isEqual(_ row: CSVRow, _ cell: CSVCell) -> Bool {
    if let number, let own = CellNumber(row.raw(cell)) { return own.equals(number) }
    return cell.hasQuotes ? row.bytes(cell) == text : row.raw(cell).elementsEqual(text)
  }

  /// Below, at or above zero as the cell is; nil for a missing one, and for text beside a number.
  private func order(_ row: CSVRow, _ cell: CSVCell) -> Int? {
    if cell.count == 0 { return nil }
    if let number {
      guard let own = CellNumber(row.raw(cell)) else { return nil }
      return own.equals(number) ? 0 : own < number ? -1 : 1
    }
    let own = row.bytes(cell)
    return own == text ? 0 : own.lexicographicallyPrecedes(text) ? -1 : 1
  }

  private static func contains(_ own: [UInt8]?, _ raw: UnsafeBufferPointer<UInt8>, _ part: [UInt8]) -> Bool {
    guard let own else { return raw.contains(part) }
    return own.withUnsafeBufferPointer { $0.contains(part) }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether `part` occurs somewhere.
  fileprivate func contains(_ part: [UInt8]) -> Bool {
    guard let first = part.first else { return true }
    guard count >= part.count else { return false }
    for start in 0...(count - part.count) where self[start] == first {
      if self[start..<start + part.count].elementsEqual(part) { return true }
    }
    return false
  }
}
