package import Formats
package import MissionModel

/// Reads a CSV table in a stream, puts its rows through operations, and gives or writes what comes out.
package struct CSVProcessStep: StepType {
  package static let name = "csv_process"
  package static let summary =
    "Filter, sort, sum up or convert a CSV table, in a stream and in the order of the operations."
  package static let effects: Effects = [.readsFiles, .writesFiles]
  package static let example = """
    step_type: csv_process
    parameters:
      input_file: sales.csv
      output_file: large_orders.csv
      operations: [normalize, filter, sort]
      where: [{ column: amount, op: ge, value: 1000 }]
      by: amount
      order: desc
    """
  package static let outputs = [
    OutputField("headers", "list", "The names of the columns that came out."),
    OutputField("records", "list", "The first rows that came out, each a map by column."),
    OutputField("row_count", "integer", "How many rows came out."),
    OutputField(
      "statistics", "map",
      "With `statistics`: for each column count, missing, distinct, min, max, mean, median, stddev, sum; "
        + "and in estimated which of distinct and median are only near, as of very many values."),
    OutputField("errors", "list", "Rows that do not fit, each with line, column and message; at most 1000."),
    OutputField("output_file", "string", "The file that was written; null without one."),
  ]
  package static let requirements = [Patterns.requirement]

  private static let operationNames = [
    "normalize", "validate", "statistics", "filter", "select", "sort", "aggregate", "deduplicate", "head",
    "to_json",
  ]
  /// Rows that `head` lets through where `limit` is left out.
  private static let defaultLimit = 10

  private let input: DataInput
  private let outputFile: String?
  private let operations: [String]
  private let delimiter: UInt8
  private let hasHeaders: Bool
  private let conditions: [CSVCondition]
  private let columns: TableSchema?
  private let by: [String]
  private let isDescending: Bool
  private let groupBy: [String]
  private let aggregates: [(name: String, aggregate: CSVAggregate)]
  private let limit: Int
  private let maxRecords: Int
  private let failsOnInvalid: Bool

  package init(_ p: inout ParameterReader) {
    input = DataInput(&p)
    outputFile = p.optional(
      "output_file", .writePath,
      "Where to write what comes out; then `records` stays empty unless `max_records` is given.")
    operations = p.optional(
      "operations", aliases: ["operation"], .oneOrMore(.choice(of: Self.operationNames)), default: [],
      "What to do with the rows, in this order.")
    let separator = p.optional("delimiter", .string, default: ",", "The character between fields, or `tab`.")
    delimiter = CSVTable.delimiter(separator) ?? UInt8(ascii: ",")
    if CSVTable.delimiter(separator) == nil {
      p.problem(at: "delimiter", "expected one ASCII character other than a quote, or \"tab\"")
    }
    hasHeaders = p.optional("has_headers", .bool, default: true, "Whether the first row names the columns.")
    conditions = p.optional(
      "where", .list(of: CSVCondition.kind), default: [], "For `filter`: conditions that must all hold.")
    columns = p.optional(
      "columns", TableSchema.kind,
      "For `select` and `statistics`: the columns; for `validate`: their types too.")
    by = p.optional(
      "by", .oneOrMore(.string), default: [],
      "For `sort`: the columns to sort by; for `deduplicate`: to compare.")
    isDescending = p.optional("order", .choice("asc", "desc"), default: "asc", "For `sort`.") == "desc"
    groupBy = p.optional(
      "group_by", .oneOrMore(.string), default: [], "For `aggregate`: one row for each of their values.")
    let map = p.optional(
      "aggregates", .map, default: [:],
      "For `aggregate`: name of a new column → {op: count | sum | mean | min | max, column}.")
    limit = p.optional(
      "limit", .integer(0...Int.max), default: Self.defaultLimit, "For `head`: how many rows.")
    let most = p.optional(
      "max_records", .integer(0...1_000_000), default: 10_000, "How many rows to give as `records`.")
    maxRecords = outputFile != nil && !p.isGiven("max_records") ? 0 : most
    failsOnInvalid = p.optional(
      "fail_on_invalid", .bool, default: true, "For `validate`: whether the step fails if rows do not fit.")
    aggregates = Self.readAggregates(map, &p)
    checkNeeds(&p)
  }

  private static func readAggregates(
    _ map: JSONObject, _ p: inout ParameterReader
  ) -> [(name: String, aggregate: CSVAggregate)] {
    var aggregates: [(name: String, aggregate: CSVAggregate)] = []
    for (name, value) in map {
      do throws(SchemaProblem) { aggregates.append((name, try CSVAggregate(value))) } catch {
        p.problem(at: "aggregates", "\"\(name)\": \(error.message)")
      }
    }
    return aggregates
  }

  /// Reports operations that lack the parameter they live by.
  private func checkNeeds(_ p: inout ParameterReader) {
    let needs = [("filter", "where"), ("select", "columns"), ("sort", "by"), ("aggregate", "aggregates")]
    for (operation, parameter) in needs
    where operations.contains(operation) && !p.isGiven(parameter) && !p.isOpen("operations") {
      p.problem(at: parameter, "is required for the operation \"\(operation)\"")
    }
    if let place = operations.firstIndex(of: "to_json"), place != operations.count - 1 {
      p.problem(at: "operations", "\"to_json\" must come last")
    }
    for (place, condition) in conditions.enumerated() where condition.comparison == .matches {
      p.checkPattern(at: "where", part: "/\(place)/value", condition.value.text)
    }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let text = try await input.open(context)
    let first = try await text.read(0, DataInput.pieceBytes)
    var pipeline = HeavyState(pipeline(context.patterns, lineEnd: Self.lineEnd(of: first)))
    var writer: FileWriter?
    if let outputFile { writer = try await context.files.create(outputFile, WriteOptions()) }
    try await pipeline.takeAll(of: text, to: writer, by: context.heavyWork)
    let result = try await pipeline.change(by: context.heavyWork) { pipeline in describe(pipeline) }
    let problem = try await pipeline.change(by: context.heavyWork) { pipeline in pipeline.problems.summary }
    if let problem, !operations.contains("validate") {
      context.warn("\(problem.count) in \(input.title), whose rows were left out: \(problem.first)")
    } else if let problem, failsOnInvalid {
      throw StepFailure(
        "validate \(input.title): \(problem.count); the first: \(problem.first)", output: result)
    }
    _ = try await writer?.commit()
    return result
  }

  private func pipeline(_ patterns: Patterns, lineEnd: String) -> CSVPipeline {
    let problems = CSVProblems()
    return CSVPipeline(
      CSVTable(delimiter: delimiter, hasHeaders: hasHeaders, problems: problems), named: input.title,
      through: makeStages(patterns, problems),
      to: OutputStage(
        maxRecords: maxRecords, format: operations.last == "to_json" ? .json : .csv,
        isWritten: outputFile != nil, delimiter: delimiter, lineEnd: lineEnd))
  }

  private func makeStages(_ patterns: Patterns, _ problems: CSVProblems) -> [CSVStage] {
    operations.compactMap { operation in
      switch operation {
      case "normalize": NormalizeStage()
      case "validate": ValidateStage(columns, problems)
      case "statistics": StatisticsStage(columns?.names ?? [])
      case "filter": FilterStage(conditions, patterns)
      case "select": SelectStage(columns?.names ?? [])
      case "sort": SortStage(by: by, isDescending: isDescending)
      case "aggregate": AggregateStage(by: groupBy, aggregates)
      case "deduplicate": DeduplicateStage(by: by)
      case "head": HeadStage(limit)
      default: nil  // `to_json` is what the last stage does
      }
    }
  }

  private func describe(_ pipeline: CSVPipeline) -> JSON {
    let output = pipeline.output
    let statistics = pipeline.stages.compactMap { ($0 as? StatisticsStage)?.result }
    return [
      "headers": .array((output.header?.names ?? []).map(JSON.string)), "records": .array(output.records),
      "row_count": JSON(output.rowCount), "statistics": statistics.last ?? [:],
      "errors": .array(pipeline.problems.list), "output_file": JSON(outputFile),
    ]
  }

  /// `\r\n` where the text's first line ends so; the output does as the input.
  private static func lineEnd(of piece: [UInt8]) -> String {
    guard let end = piece.firstIndex(of: 10), end > 0 else { return "\n" }
    return piece[end - 1] == 13 ? "\r\n" : "\n"
  }
}
