import Formats
import MissionModel

/// The tools that are no step types. Whatever they need of the world they get through step types, which are
/// judged and accounted for.
enum BuiltinTools {
  static let all: [Tool] = [
    calculator, csvLoader, jsonYAMLLoader, htmlLoader, textStats, now, dataProcessor,
  ]

  private static let calculator = Tool(
    name: "calculator", summary: "Works out an arithmetic expression.",
    parameters: object(
      [
        "expression": text(
          "Numbers, + - * / % ^, parentheses, sqrt, abs, round, floor, ceil, min, max, pi, e.")
      ],
      required: ["expression"])
  ) { arguments, _ in
    await answer { () throws(StepFailure) in
      let expression = try string("expression", arguments)
      return ["expression": .string(expression), "result": try Calculator.evaluate(expression)]
    }
  }

  private static let csvLoader = Tool(
    name: "csv_loader", summary: "Reads a CSV file, or text, as records.",
    parameters: object([
      "path": text("The file."), "content": text("The text itself."), "delimiter": text("Between fields."),
      "limit": ["type": "integer", "description": "Most records; 100 where nothing is said."],
    ])
  ) { arguments, context in
    var parameters = arguments
    let limit = arguments["limit"] ?? 100
    parameters["limit"] = nil
    parameters["max_records"] = limit
    return await context.steps.run(
      SubStep(name: "csv_loader", type: "csv_process", parameters: parameters))
  }

  private static let jsonYAMLLoader = Tool(
    name: "json_yaml_loader", summary: "Reads a JSON or YAML file, or text, as a value.",
    parameters: object([
      "path": text("The file."), "content": text("The text itself."),
      "query": text("A JSON Pointer, or a path like a.b[0], to a part of it."),
    ])
  ) { arguments, context in
    // Every JSON text is YAML, too.
    let isJSON = arguments["path"]?.stringValue?.lowercased().hasSuffix(".json") ?? false
    return await context.steps.run(
      SubStep(
        name: "json_yaml_loader", type: isJSON ? "parse_json" : "parse_yaml", parameters: arguments))
  }

  private static let htmlLoader = Tool(
    name: "html_loader", summary: "Reads a web page, a file or text of HTML as its title, text and links.",
    parameters: object([
      "path": text("The file."), "url": text("The address."), "content": text("The HTML itself."),
    ])
  ) { arguments, context in
    let html: String
    if let content = arguments["content"]?.stringValue {
      html = content
    } else {
      let isAddress = arguments["url"] != nil
      let loaded = await context.steps.run(
        SubStep(
          name: "html_loader", type: isAddress ? "http" : "read_file",
          parameters: isAddress
            ? ["url": arguments["url"] ?? .null] : ["path": arguments["path"] ?? .null]))
      guard loaded.failure == nil else { return loaded }
      html = loaded.mainOutput.text
    }
    let page = HTMLText(html)
    return await answer {
      ["title": JSON(page.title), "text": .string(page.text), "links": .array(page.links.map(JSON.string))]
    }
  }

  private static let textStats = Tool(
    name: "text_stats", summary: "Counts characters, words, lines and sentences of a text or a file.",
    parameters: object(["text": text("The text."), "path": text("The file.")])
  ) { arguments, context in
    if let text = arguments["text"]?.stringValue { return await answer { TextStatistics(text).json } }
    let loaded = await context.steps.run(
      SubStep(name: "text_stats", type: "read_file", parameters: ["path": arguments["path"] ?? .null]))
    guard loaded.failure == nil else { return loaded }
    return await answer { TextStatistics(loaded.mainOutput.text).json }
  }

  private static let now = Tool(
    name: "now", summary: "Tells the time, in UTC.", parameters: object([:])
  ) { _, context in
    await answer {
      let now = context.now()
      let days = Int((Double(now.milliseconds) / 86_400_000).rounded(.down))
      let names = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"]
      return [
        "timestamp": .string(now.description), "date": .string(String(now.description.prefix(10))),
        "unix_seconds": .integer(now.milliseconds / 1000), "weekday": .string(names[((days % 7) + 7) % 7]),
      ]
    }
  }

  private static let dataProcessor = Tool(
    name: "data_processor",
    summary: "Filters, sorts, aggregates and describes records that are given in the call.",
    parameters: object(
      [
        "records": ["type": "array", "items": ["type": "object"], "description": "The records."],
        "content": text("The records as CSV, instead."),
        "operations": [
          "type": "array", "items": ["type": "string"],
          "description":
            "normalize, validate, statistics, filter, select, sort, aggregate, deduplicate, head: in order.",
        ], "where": ["type": "array", "description": "For filter: [{column, op, value}]."],
        "columns": ["type": "array", "description": "For select and statistics."],
        "by": ["type": "array", "description": "For sort: the columns."],
        "order": text("For sort: asc or desc."),
        "group_by": ["type": "array", "description": "For aggregate: the columns."],
        "aggregates": ["type": "object", "description": "For aggregate: name to {op, column}."],
        "limit": ["type": "integer", "description": "For head."],
      ])
  ) { arguments, context in
    var parameters = arguments
    if let records = arguments["records"]?.arrayValue {
      parameters["records"] = nil
      parameters["content"] = .string(RecordText.csv(records))
    }
    return await context.steps.run(
      SubStep(name: "data_processor", type: "csv_process", parameters: parameters))
  }

  // MARK: Parts

  private static func answer(_ work: () throws(StepFailure) -> JSON) async -> SubStepResult {
    do throws(StepFailure) {
      let output = try work()
      return SubStepResult(output: output, mainOutput: output)
    } catch { return SubStepResult(failure: error) }
  }

  private static func object(_ properties: JSONObject, required: [String] = []) -> JSON {
    var schema: JSONObject = [
      "type": "object", "properties": .object(properties), "additionalProperties": false,
    ]
    if !required.isEmpty { schema["required"] = .array(required.map(JSON.string)) }
    return .object(schema)
  }

  private static func text(_ summary: String) -> JSON {
    ["type": "string", "description": .string(summary)]
  }

  private static func string(_ name: String, _ arguments: JSONObject) throws(StepFailure) -> String {
    guard let value = arguments[name] else { throw StepFailure(.badParameters, "\(name): is required") }
    return value.text
  }
}

/// What can be counted in a text.
struct TextStatistics {
  let text: String

  init(_ text: String) { self.text = text }

  var json: JSON {
    let words = text.split(whereSeparator: \.isWhitespace)
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var sentences = 0
    var isOpen = false
    for character in text {
      if ".!?…".contains(character) {
        if isOpen { sentences += 1 }
        isOpen = false
      } else if character.isLetter || character.isNumber {
        isOpen = true
      }
    }
    if isOpen { sentences += 1 }
    let letters = words.reduce(0) { $0 + $1.count }
    return [
      "characters": JSON(text.count), "bytes": JSON(text.utf8.count), "words": JSON(words.count),
      "lines": JSON(text.isEmpty ? 0 : lines.count - (text.last?.isNewline == true ? 1 : 0)),
      "sentences": JSON(sentences), "unique_words": JSON(Set(words.map { $0.lowercased() }).count),
      "average_word_length": .double(words.isEmpty ? 0 : Double(letters) / Double(words.count)),
    ]
  }
}

/// Records as CSV: the columns of all of them, in the order in which they first appear.
enum RecordText {
  static func csv(_ records: [JSON]) -> String {
    var columns: [String] = []
    for record in records {
      for key in record.objectValue?.keys ?? [] where !columns.contains(key) { columns.append(key) }
    }
    let rows =
      [columns]
      + records.map { record in
        columns.map { column in record[column].map { $0.isNull ? "" : $0.text } ?? "" }
      }
    return rows.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ cell: String) -> String {
    guard cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }
}
