import Formats
import MissionModel

/// Reads a table piece by piece and puts its rows through stages.
struct CSVTable {
  let delimiter: UInt8
  let hasHeaders: Bool
  let problems: CSVProblems
  private let reader: CSVReader
  private var row = CSVRow()
  private var header: CSVHeader?

  /// Rows whose number of fields is not the header's go to `problems` and no further.
  init(delimiter: UInt8, hasHeaders: Bool, problems: CSVProblems) {
    self.delimiter = delimiter
    self.hasHeaders = hasHeaders
    self.problems = problems
    reader = CSVReader(delimiter: delimiter)
  }

  /// Takes a piece of the text; nil says that it is over. `name` is what errors call the text.
  mutating func take(_ piece: [UInt8]?, named name: String, into stage: CSVStage) throws(StepFailure) {
    if let piece { reader.feed(piece) } else { reader.finish() }
    while try next(name) {
      if header == nil {
        let isHeader = hasHeaders
        let found =
          isHeader
          ? CSVHeader(names: row.cells.map { row.text($0) }, isWritten: true) : .numbered(row.cells.count)
        header = found
        try checkNames(found, name)
        try stage.begin(found)
        if isHeader { continue }
      }
      if let header, row.cells.count != header.names.count {
        problems.add(line: row.line, "\(Self.fields(row.cells.count)), \(expected(header))")
        continue
      }
      try stage.take(&row)
    }
    if piece == nil, header == nil {
      header = CSVHeader(names: [], isWritten: false)
      guard hasHeaders else { return try stage.begin(CSVHeader(names: [], isWritten: false)) }
      throw StepFailure("read \(name): the table is empty; it has no header")
    }
  }

  private mutating func next(_ name: String) throws(StepFailure) -> Bool {
    do throws(CSVError) { return try reader.next(&row) } catch { throw StepFailure("read \(name): \(error)") }
  }

  private func checkNames(_ header: CSVHeader, _ name: String) throws(StepFailure) {
    guard header.isWritten else { return }
    var seen: Set<String> = []
    for column in header.names where !seen.insert(column).inserted {
      throw StepFailure("read \(name): the header has the column \"\(column)\" twice")
    }
  }

  private func expected(_ header: CSVHeader) -> String {
    header.isWritten ? "the header has \(header.names.count)" : "the first row has \(header.names.count)"
  }

  private static func fields(_ count: Int) -> String { count == 1 ? "1 field" : "\(count) fields" }

  /// The byte that a `delimiter` names: one ASCII character, or `tab`.
  static func delimiter(_ text: String) -> UInt8? {
    if text == "tab" || text == "\\t" { return 9 }
    guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80, ![10, 13, 34].contains(byte) else {
      return nil
    }
    return byte
  }
}
