package import Formats
package import MissionModel

/// Rows of a query as text, piece by piece: a JSON list of maps or of lists, or CSV with a line of names.
package struct RowText {
  /// How rows are written.
  package enum Format: String, Sendable { case json, rows, csv }

  private let format: Format
  private let names: [String]
  private var csv = CSVWriter()
  private var bytes: [UInt8] = []
  private var isFirst = true

  /// Begins the text.
  package init(_ format: Format, columns: [DatabaseRows.Column]) {
    self.format = format
    names = Self.names(of: columns)
    switch format {
    case .json, .rows: bytes.append(UInt8(ascii: "["))
    case .csv:
      for name in names { csv.field(name) }
      csv.endRow()
    }
  }

  /// Adds a row.
  package mutating func add(_ row: [JSON]) {
    switch format {
    case .json, .rows:
      bytes += Array((isFirst ? "\n" : ",\n").utf8)
      bytes += Self.value(row, names, format).compactBytes
      isFirst = false
    case .csv:
      for value in row { csv.field(value.stringValue ?? (value.isNull ? "" : value.compact)) }
      csv.endRow()
    }
  }

  /// Ends the text.
  package mutating func end() {
    if format != .csv { bytes += Array("\n]\n".utf8) }
  }

  /// What was written since the last call.
  package mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes + csv.take()
  }

  /// A row as a map or a list.
  package static func value(_ row: [JSON], _ names: [String], _ format: Format) -> JSON {
    format == .json ? .object(JSONObject(zip(names, row).map { ($0, $1) })) : .array(row)
  }

  /// The names of columns, each once: a second `id` is `id_2`.
  package static func names(of columns: [DatabaseRows.Column]) -> [String] {
    var seen: Set<String> = []
    return columns.map { column in
      var name = column.name
      var count = 1
      while !seen.insert(name).inserted {
        count += 1
        name = "\(column.name)_\(count)"
      }
      return name
    }
  }
}
