import Formats
import MissionModel

/// The end of the line: counts the rows, keeps the first of them as records, and writes them as text.
final class OutputStage: CSVStage {
  /// What is written to the output file.
  enum Format { case csv, json }

  private(set) var header: CSVHeader?
  private(set) var records: [JSON] = []
  private(set) var rowCount = 0
  private let maxRecords: Int
  private let format: Format
  private let isWritten: Bool
  private var csv: CSVWriter
  private var json: [UInt8] = []

  /// - Parameters:
  ///   - maxRecords: how many rows to keep as records.
  ///   - format: JSON turns cells that spell numbers and truth values into such.
  ///   - isWritten: false where there is no file to write to.
  init(maxRecords: Int, format: Format, isWritten: Bool, delimiter: UInt8, lineEnd: String) {
    self.maxRecords = maxRecords
    self.format = format
    self.isWritten = isWritten
    csv = CSVWriter(delimiter: delimiter, lineEnd: lineEnd)
  }

  override func begin(_ header: CSVHeader) throws(StepFailure) {
    self.header = header
    guard isWritten, format == .csv, header.isWritten else { return }
    for name in header.names { csv.field(name) }
    csv.endRow()
  }

  override func take(_ row: inout CSVRow) throws(StepFailure) {
    rowCount += 1
    if isWritten, format == .csv {
      for cell in row.cells { csv.cell(cell, of: row) }
      csv.endRow()
    }
    let isKept = records.count < maxRecords
    guard isKept || (isWritten && format == .json) else { return }
    let record = record(row)
    if isKept { records.append(record) }
    if isWritten, format == .json {
      json += rowCount == 1 ? "[\n".utf8 : ",\n".utf8
      json += record.compactBytes
    }
  }

  private func record(_ row: CSVRow) -> JSON {
    var record = JSONObject()
    record.reserveCapacity(row.cells.count)
    for (index, cell) in row.cells.enumerated() {
      record[header?.names[index] ?? ""] = format == .json ? Self.typed(row, cell) : .string(row.text(cell))
    }
    return .object(record)
  }

  /// A number or truth value where JSON would spell it so, null for a missing cell, else text.
  private static func typed(_ row: CSVRow, _ cell: CSVCell) -> JSON {
    if cell.count == 0 { return .null }
    if cell.isQuoted { return .string(row.text(cell)) }
    let raw = row.raw(cell)
    // What begins otherwise is neither number nor truth value.
    let isCandidate = raw[0] == UInt8(ascii: "-") || raw[0] &- 0x30 < 10 || raw[0] == 0x74 || raw[0] == 0x66
    guard isCandidate, let value = try? JSONParser.parse(raw) else { return .string(row.text(cell)) }
    switch value {
    case .integer, .double, .decimal, .bool: return value
    case .null, .string, .array, .object: return .string(row.text(cell))
    }
  }

  /// Bytes that wait to be written.
  var pendingBytes: Int { csv.bytes.count + json.count }

  /// Hands out what waits to be written.
  func takeBytes() -> [UInt8] {
    if format == .csv { return csv.take() }
    let bytes = json
    json = []
    json.reserveCapacity(bytes.count + 4096)
    return bytes
  }

  /// Ends the text, after the last row.
  func end() {
    guard isWritten, format == .json else { return }
    json += rowCount == 0 ? "[]\n".utf8 : "\n]\n".utf8
  }

  /// Without a file nothing more is wanted once nothing more is kept, but for the count of rows.
  override var wantsMore: Bool { true }
}
