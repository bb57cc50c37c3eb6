import Formats
import MissionModel

/// One operation on the rows of a table: takes them one by one and hands on what it lets through.
class CSVStage {
  /// Where rows go on to; the last stage has none.
  var next: CSVStage?

  /// Takes the names of the columns, before the first row.
  func begin(_ header: CSVHeader) throws(StepFailure) { try next?.begin(header) }

  /// Takes a row, which is valid only during the call.
  func take(_ row: inout CSVRow) throws(StepFailure) { try next?.take(&row) }

  /// Called again and again once all rows are in: hands on some of what was held back; true at its end.
  func finish() throws(StepFailure) -> Bool { true }

  /// False once further rows would change nothing.
  var wantsMore: Bool { next?.wantsMore ?? true }

  /// Rows handed on in one call of `finish`.
  static let rowsPerFinish = 4096
}

/// What is wrong with rows: each with its line.
final class CSVProblems {
  /// Problems that are listed; further ones only count.
  static let most = 1000
  private(set) var list: [JSON] = []
  private var count = 0
  private var first: String?

  /// How many there are and what the first one is, for a message; nil where there is none.
  var summary: (count: String, first: String)? {
    first.map { (count == 1 ? "1 error" : "\(count) errors", $0) }
  }

  /// Notes a problem.
  func add(line: Int, column: String? = nil, _ message: String) {
    count += 1
    if first == nil { first = "line \(line): " + (column.map { "column \"\($0)\": " } ?? "") + message }
    guard list.count < Self.most else { return }
    var problem: JSONObject = ["line": JSON(line)]
    if let column { problem["column"] = .string(column) }
    problem["message"] = .string(message)
    list.append(.object(problem))
  }
}
