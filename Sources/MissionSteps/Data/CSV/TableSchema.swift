import Formats
import MissionModel

/// Which columns a table is to have, and what their cells are to be.
struct TableSchema: Sendable, Equatable {
  /// What a column's cells are.
  enum CellType: String, CaseIterable, Sendable { case string, integer, number, boolean, date, datetime }

  /// One column.
  struct Column: Sendable, Equatable {
    var name: String
    var type: CellType?
    /// An empty cell is a mistake.
    var isRequired = false
  }

  var columns: [Column]
  /// The names alone.
  var names: [String] { columns.map(\.name) }

  /// Reads names, a map from name to type, or maps with `name`, `type` and `required`.
  static var kind: ParameterKind<TableSchema> {
    ParameterKind(
      expectation: "a list of names, a map of types, or a list of maps with \"name\" and \"type\"",
      schema: [
        "anyOf": [
          ["type": "array", "items": ["type": ["string", "object"]]],
          [
            "type": "object",
            "additionalProperties": ["enum": .array(CellType.allCases.map { .string($0.rawValue) })],
          ],
        ]
      ], stand: TableSchema(columns: []), encode: { .array($0.names.map(JSON.string)) }
    ) { value, rules in
      if case .string(let text) = value, rules.isOpen(text) { return TableSchema(columns: []) }
      do throws(SchemaProblem) { return try TableSchema(value) } catch {
        rules.path = error.pointer
        rules.message = error.message
        return nil
      }
    }
  }

  /// Makes a schema of columns.
  init(columns: [Column]) { self.columns = columns }

  /// Reads any of the forms; throws what is wrong, with its place.
  init(_ value: JSON) throws(SchemaProblem) {
    columns = []
    switch value {
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        columns.append(try Self.column(element, at: "/\(index)"))
      }
    case .object(let members):
      if let inner = members["columns"] ?? members["fields"], inner.stringValue == nil {
        do throws(SchemaProblem) { self = try TableSchema(inner) } catch {
          throw SchemaProblem(
            "/" + (members["columns"] == nil ? "fields" : "columns") + error.pointer, error.message)
        }
        return
      }
      for (name, type) in members {
        columns.append(Column(name: name, type: try Self.type(type, at: "/" + SchemaDocuments.escape(name))))
      }
    case .null, .bool, .integer, .double, .decimal, .string:
      throw SchemaProblem("", "expected a list of columns or a map of their types, not \(value.excerpt)")
    }
  }

  private static func column(_ value: JSON, at pointer: String) throws(SchemaProblem) -> Column {
    if case .string(let name) = value { return Column(name: name) }
    guard case .object(let members) = value else {
      throw SchemaProblem(
        pointer, "expected a name or a map with \"name\" and \"type\", not \(value.excerpt)")
    }
    for key in members.keys where !["name", "type", "required"].contains(key) {
      let closest = EditDistance.closest(to: key, among: ["name", "type", "required"])
      throw SchemaProblem(
        pointer + "/" + SchemaDocuments.escape(key),
        "unknown key" + (closest.map { "; did you mean \"\($0)\"?" } ?? "; known are name, type, required"))
    }
    guard case .string(let name)? = members["name"] else {
      throw SchemaProblem(pointer, "needs a \"name\"")
    }
    var column = Column(name: name)
    if let type = members["type"] { column.type = try Self.type(type, at: pointer + "/type") }
    if let required = members["required"] {
      guard case .bool(let flag) = required else {
        throw SchemaProblem(pointer + "/required", "expected true or false, not \(required.excerpt)")
      }
      column.isRequired = flag
    }
    return column
  }

  private static func type(_ value: JSON, at pointer: String) throws(SchemaProblem) -> CellType {
    if let type = value.stringValue.flatMap(CellType.init) { return type }
    let words = CellType.allCases.map(\.rawValue)
    let closest = value.stringValue.flatMap { EditDistance.closest(to: $0, among: words) }
    throw SchemaProblem(
      pointer,
      "\(value.excerpt) is no type of a column; "
        + (closest.map { "did you mean \"\($0)\"?" } ?? "use one of \(words.joined(separator: ", "))"))
  }
}

extension TableSchema.CellType {
  /// Whether a cell that is not empty is of this type.
  func fits(_ cell: CSVCell, of row: CSVRow) -> Bool {
    switch self {
    case .string: true
    case .integer:
      if case .integer? = CellNumber(row.raw(cell)) { true } else { Self.isLongInteger(row.raw(cell)) }
    case .number: CellNumber(row.raw(cell)) != nil
    case .boolean: ["true", "false", "yes", "no", "1", "0"].contains(row.text(cell).lowercased())
    case .date: Self.isDate(Array(row.raw(cell)))
    case .datetime: Self.isDateTime(row.text(cell))
    }
  }

  /// What a message calls it.
  var words: String {
    switch self {
    case .string: "text"
    case .integer: "a whole number"
    case .number: "a number"
    case .boolean: "true or false"
    case .date: "a date such as 2026-01-31"
    case .datetime: "a time such as 2026-01-31T12:00:00Z"
    }
  }

  private static func isLongInteger(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let digits =
      text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
    return !digits.isEmpty && digits.allSatisfy { $0 &- 0x30 < 10 }
  }

  private static func isDate(_ text: [UInt8]) -> Bool {
    guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
      let year = number(text[0..<4]), let month = number(text[5..<7]), let day = number(text[8..<10])
    else { return false }
    return CivilDate(year: year, month: month, day: day) != nil
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    digits.allSatisfy { $0 &- 0x30 < 10 } ? digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } : nil
  }

  /// RFC 3339, also with a blank for the `T`, and without a zone.
  private static func isDateTime(_ text: String) -> Bool {
    var text = text
    if let blank = text.firstIndex(of: " ") { text.replaceSubrange(blank...blank, with: "T") }
    return Timestamp(text) != nil || Timestamp(text + "Z") != nil
  }
}
