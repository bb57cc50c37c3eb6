package import Formats
package import MissionModel

/// Runs SQL and gives its rows, or keeps them in a file.
package struct SQLQueryStep: StepType {
  package static let name = "sql_query"
  package static let summary = "Run SQL in a database, with its values bound, and give the rows."
  package static let effects: Effects = [.usesDatabases, .readsFiles, .writesFiles]
  package static let example = """
    step_type: sql_query
    parameters:
      connection: sqlite:sales.db
      query: SELECT region, sum(amount) AS total FROM sales WHERE year = ? GROUP BY region
      parameters: [2026]
    """
  package static let outputs = [
    OutputField("rows", "any", "Maps or lists, or the text of csv; null with output_file."),
    OutputField("columns", "list", "{name, type} of each column; the type in the database's words."),
    OutputField("row_count", "integer", "Rows given or written."),
    OutputField("rows_affected", "integer", "Rows inserted, changed or removed."),
    OutputField("last_insert_id", "integer", "Key of the last row inserted; null where none was."),
    OutputField("truncated", "bool", "True if there were more rows than max_rows."),
  ]
  package static let mainOutput: String? = "rows"
  package static let requirements: [Requirement] = [
    .library("libpq.so.5", package: "libpq5", isEssential: false),
    .library("libmariadb.so.3", package: "libmariadb3", isEssential: false),
  ]

  /// Rows that are fetched at once.
  private static let pieceRows = 500

  private let connection: String
  private let query: String
  private let values: [JSON]
  private let format: RowText.Format
  private let outputFile: String?
  private let maxRows: Int?
  private let isTransaction: Bool
  private let isReadOnly: Bool

  package init(_ p: inout ParameterReader) {
    connection = p.required(
      "connection", aliases: ["database_url"], .connection,
      "sqlite:PATH, postgresql://…, mysql://…, or a name of the configuration.")
    query = p.required("query", .nonEmptyString, "The SQL; values go into parameters, never into it.")
    values = p.optional(
      "parameters", .list(of: .any), default: [],
      "Values: for $1, $2, … in PostgreSQL, for each ? in MySQL, for either in SQLite.")
    format =
      RowText.Format(
        rawValue: p.optional(
          "output_format", .choice("json", "rows", "csv"), default: "json",
          "Rows as maps, as lists, or as text in CSV.")) ?? .json
    outputFile = p.optional("output_file", .writePath, "Keep the rows in this file.")
    let most = p.optional(
      "max_rows", .integer(0...Int.max), default: 10_000,
      "Give at most so many rows; with output_file only if given.")
    maxRows = outputFile == nil || p.isGiven("max_rows") ? most : nil
    isTransaction = p.optional(
      "transaction", .bool, default: true, "All of the query happens or nothing of it.")
    isReadOnly = p.optional("read_only", .bool, default: false, "Refuse SQL that would change something.")
    DatabaseTarget.check(connection, .sql, &p)
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let target = try await DatabaseTarget(
      connection, .sql, access: isReadOnly ? .read : .write, in: context)
    defer { target.release() }
    let rows = try await context.databases.query(
      DatabaseQuery(
        place: target.place, title: target.title, sql: query, values: values, isReadOnly: isReadOnly,
        isTransaction: isTransaction))
    let taken =
      if let outputFile { try await keep(rows, in: outputFile, context.files) } else {
        try await collect(rows, limit: context.limits.maxOutputBytes, title: target.title)
      }
    let effect = try await rows.finish()
    return [
      "rows": taken.value,
      "columns": .array(rows.columns.map { ["name": .string($0.name), "type": .string($0.type)] }),
      "row_count": JSON(taken.count), "rows_affected": .integer(effect.rowsAffected),
      "last_insert_id": effect.lastInsertID.map(JSON.integer) ?? .null, "truncated": .bool(taken.isCut),
    ]
  }

  private struct Taken {
    var value: JSON = .null
    var count = 0
    var isCut = false
  }

  private func collect(
    _ rows: DatabaseRows, limit: Int, title: String
  ) async throws(StepFailure) -> Taken {
    var taken = Taken()
    var text = RowText(format, columns: rows.columns)
    let names = RowText.names(of: rows.columns)
    var values: [JSON] = []
    var csv: [UInt8] = []
    var size = 0
    while let piece = try await piece(of: rows, &taken) {
      for row in piece {
        if format == .csv { text.add(row) } else { values.append(RowText.value(row, names, format)) }
      }
      let bytes = format == .csv ? text.take() : []
      csv += bytes
      size += format == .csv ? bytes.count : piece.reduce(0) { $0 + JSON.array($1).compactBytes.count }
      guard size <= limit else {
        throw StepFailure(
          "query \(title): the rows would pass limits.max_output_bytes (\(limit) bytes); "
            + "use output_file or max_rows")
      }
    }
    taken.value =
      format == .csv ? .string(String(decoding: csv + text.take(), as: UTF8.self)) : .array(values)
    return taken
  }

  private func keep(_ rows: DatabaseRows, in path: String, _ files: Files) async throws(StepFailure) -> Taken
  {
    var taken = Taken()
    let lock = try await files.lock(path)
    defer { lock.release() }
    let writer = try await files.create(path, WriteOptions())
    var text = RowText(format, columns: rows.columns)
    while let piece = try await piece(of: rows, &taken) {
      for row in piece { text.add(row) }
      try await writer.write(text.take())
    }
    text.end()
    try await writer.write(text.take())
    _ = try await writer.commit()
    return taken
  }

  /// The next rows within `max_rows`; nil where there are none left to take.
  private func piece(of rows: DatabaseRows, _ taken: inout Taken) async throws(StepFailure) -> [[JSON]]? {
    let left = maxRows.map { $0 - taken.count } ?? Int.max
    let piece = try await rows.next(left < Self.pieceRows ? left + 1 : Self.pieceRows)
    guard !piece.isEmpty else { return nil }
    let kept = Array(piece.prefix(left))
    taken.isCut = taken.isCut || kept.count < piece.count
    taken.count += kept.count
    return kept.isEmpty ? nil : kept
  }
}
