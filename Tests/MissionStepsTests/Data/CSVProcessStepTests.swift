import Formats
import MissionModel
import Posix
import TestSupport
import Testing

@testable import MissionSteps

@Suite struct CSVProcessStepTests {
  private let runner: StepRunner
  private static let sales = """
    Region, Unit Price ,Sold
    north,10, 5
    south,2.5,40
    north,,1
    east,7,12

    """

  init() throws { runner = try StepRunner() }

  private func run(_ parameters: JSONObject, _ content: String = sales) async throws -> JSON {
    var parameters = parameters
    parameters["content"] = .string(content)
    return try await runner.run(CSVProcessStep.self, parameters)
  }

  private func column(_ name: String, of output: JSON) -> [String] {
    (output["records"]?.arrayValue ?? []).map { $0[name]?.text ?? "" }
  }

  @Test func `without an operation the rows come as they are`() async throws {
    let output = try await run([:], "a,b\n1,\"x, y\"\n")
    #expect(
      output == [
        "headers": ["a", "b"], "records": [["a": "1", "b": "x, y"]], "row_count": 1, "statistics": [:],
        "errors": [], "output_file": nil,
      ])
  }

  @Test func `normalize trims cells and names columns in snake_case`() async throws {
    let output = try await run(["operation": "normalize"])
    #expect(output["headers"] == ["region", "unit_price", "sold"])
    #expect(column("sold", of: output) == ["5", "40", "1", "12"])
  }

  @Test func `operations apply in the order given`() async throws {
    let head: JSONObject = ["by": "sold", "order": "desc", "limit": 1]
    var first = head
    first["operations"] = ["normalize", "sort", "head"]
    #expect(column("sold", of: try await run(first)) == ["40"])
    var second = head
    second["operations"] = ["normalize", "head", "sort"]
    #expect(column("sold", of: try await run(second)) == ["5"])
  }

  @Test(arguments: [
    ("eq", "10", ["a"]), ("eq", "10.0", ["a"]), ("ne", "10", ["b", "c", "d"]), ("lt", "10", ["b"]),
    ("le", "10", ["a", "b"]),
    ("gt", "2", ["a", "b"]), ("ge", "10", ["a"]), ("contains", "\"1\"", ["a"]),
    ("matches", "\"^[0-9]\"", ["a", "b"]),
    ("missing", "true", ["c"]), ("missing", "false", ["a", "b", "d"]), ("eq", "\"x\"", ["d"]),
    ("gt", "\"a\"", ["d"]),
  ])
  func `filter lets rows through that fit`(op: String, value: String, names: [String]) async throws {
    let condition: JSON = ["column": "v", "op": .string(op), "value": try JSONParser.parse(value)]
    let output = try await run(["operation": "filter", "where": [condition]], "n,v\na,10\nb,9\nc,\nd,x\n")
    #expect(column("n", of: output) == names)
  }

  @Test func `all conditions must hold`() async throws {
    let output = try await run(
      [
        "operation": "filter",
        "where": [["column": "n", "value": "a"], ["column": "v", "op": "gt", "value": 1]],
      ], "n,v\na,1\na,2\nb,3\n")
    #expect(column("v", of: output) == ["2"])
  }

  @Test func `select takes columns in its own order`() async throws {
    let output = try await run(["operation": "select", "columns": ["c", "a"]], "a,b,c\n1,2,3\n")
    #expect(output["headers"] == ["c", "a"])
    #expect(output["records"] == [["c": "3", "a": "1"]])
  }

  @Test func `sort puts numbers before text and what is missing last, either way`() async throws {
    let table = "n,v\na,10\nb,9\nc,\nd,x\ne,9\n"
    let up = try await run(["operation": "sort", "by": "v"], table)
    #expect(column("n", of: up) == ["b", "e", "a", "d", "c"])
    let down = try await run(["operation": "sort", "by": ["v", "n"], "order": "desc"], table)
    #expect(column("n", of: down) == ["d", "a", "e", "b", "c"])
  }

  @Test func `many rows are sorted in runs that are merged`() async throws {
    var generator = SeededBytes(seed: 7)
    let numbers = (0..<40_000).map { _ in Int.random(in: 0..<1_000_000, using: &generator) }
    let output = try await run(
      ["operation": "sort", "by": "v", "max_records": 40_000],
      "v\n" + numbers.map(String.init).joined(separator: "\n"))
    #expect(column("v", of: output) == numbers.sorted().map(String.init))
  }

  @Test func `aggregate gives a row for each group, in the order of their first rows`() async throws {
    let output = try await run([
      "operations": ["normalize", "aggregate"], "group_by": "region",
      "aggregates": [
        "rows": ["op": "count"], "prices": ["op": "count", "column": "unit_price"],
        "sold": ["op": "sum", "column": "sold"], "mean": ["op": "mean", "column": "unit_price"],
        "least": ["op": "min", "column": "sold"], "most": ["op": "max", "column": "sold"],
      ],
    ])
    #expect(output["headers"] == ["region", "rows", "prices", "sold", "mean", "least", "most"])
    #expect(
      output["records"]?[0]
        == [
          "region": "north", "rows": "2", "prices": "1", "sold": "6", "mean": "10", "least": "1", "most": "5",
        ])
    #expect(column("region", of: output) == ["north", "south", "east"])
  }

  @Test func `without group_by there is one group, also of nothing`() async throws {
    let total: JSONObject = ["operation": "aggregate", "aggregates": ["n": ["op": "count"]]]
    #expect(try await run(total, "a\n1\n2\n")["records"] == [["n": "2"]])
    #expect(try await run(total, "a\n")["records"] == [["n": "0"]])
  }

  @Test func `deduplicate keeps the first of equal rows`() async throws {
    let table = "a,b\n1,x\n1,y\n1,x\n"
    #expect(try await run(["operation": "deduplicate"], table)["row_count"] == 2)
    #expect(try await run(["operation": "deduplicate", "by": ["a"]], table)["row_count"] == 1)
  }

  @Test(arguments: [(0, 0), (2, 2), (9, 4)])
  func `head takes the first rows`(limit: Int, count: Int) async throws {
    #expect(try await run(["operation": "head", "limit": JSON(limit)])["row_count"] == JSON(count))
  }

  @Test func `statistics sum up each column`() async throws {
    let output = try await run(["operations": ["normalize", "statistics"]])
    #expect(
      output["statistics"]?["sold"]
        == [
          "count": 4, "missing": 0, "distinct": 4, "min": 1, "max": 40, "mean": 14.5, "median": 8.5,
          "stddev": 17.59734828508735,
          "sum": 58,
        ])
    #expect(
      output["statistics"]?["region"]
        == [
          "count": 4, "missing": 0, "distinct": 3, "min": "east", "max": "south", "mean": nil, "median": nil,
          "stddev": nil, "sum": nil,
        ])
  }

  @Test func `sums of whole numbers are exact`() async throws {
    let output = try await run(
      ["operation": "statistics"], "a\n9007199254740993\n9007199254740993\n9223372036854775807\n")
    #expect(output["statistics"]?["a"]?["sum"] == .decimal("9241386435364257793"))
    #expect(output["statistics"]?["a"]?["max"] == 9_223_372_036_854_775_807)
  }

  @Test func `validate fails the step with all that is wrong`() async throws {
    let parameters: JSONObject = [
      "operations": ["normalize", "validate"],
      "columns": [
        ["name": "unit_price", "type": "number", "required": true], ["name": "sold", "type": "integer"],
      ],
    ]
    let failed = await failure { try await run(parameters, "Unit Price,Sold\n1,x\n,2\n3\n") }
    #expect(
      failed?.message
        == "validate content: 3 errors; the first: line 2: column \"sold\": "
        + "expected a whole number, not \"x\""
    )
    #expect(
      failed?.output?["errors"]
        == [
          ["line": 2, "column": "sold", "message": "expected a whole number, not \"x\""],
          ["line": 3, "column": "unit_price", "message": "is empty"],
          ["line": 4, "message": "1 field, the header has 2"],
        ])
    var lenient = parameters
    lenient["fail_on_invalid"] = false
    #expect(try await run(lenient, "Unit Price,Sold\n1,x\n")["errors"]?.arrayValue?.count == 1)
  }

  @Test func `a column that validate misses is named with what was meant`() async throws {
    let failed = await failure {
      try await run(["operation": "validate", "columns": ["prise": "number"]], "price\n1\n")
    }
    #expect(
      failed?.message
        == "validate content: 1 error; the first: line 1: column \"prise\": is missing; "
        + "did you mean \"price\"?"
    )
  }

  @Test func `ragged rows are left out, listed and warned of`() async throws {
    let output = try await run([:], "a,b\n1\n1,2\n\n1,2,3\n")
    #expect(output["row_count"] == 1)
    #expect(
      output["errors"] == [
        ["line": 2, "message": "1 field, the header has 2"],
        ["line": 5, "message": "3 fields, the header has 2"],
      ])
    #expect(
      runner.warnings.value == [
        "2 errors in content, whose rows were left out: line 2: 1 field, the header has 2"
      ])
  }

  @Test func `to_json types what JSON would`() async throws {
    let output = try await run(["operation": "to_json"], "a,b,c,d,e\n1,2.50,true,007,\n")
    #expect(output["records"] == [["a": 1, "b": 2.5, "c": true, "d": "007", "e": nil]])
  }

  @Test func `an output file gets the rows, quoted and ended as they came`() async throws {
    try runner.directory.write("a,b\r\n\"x, \"\"y\"\"\",1\r\nz,2\r\n", to: "in.csv")
    let output = try await runner.run(
      CSVProcessStep.self,
      [
        "input_file": "in.csv", "output_file": "out/o.csv", "operation": "filter",
        "where": [["column": "b", "value": 1]],
      ])
    #expect(try runner.directory.read("out/o.csv") == "a,b\r\n\"x, \"\"y\"\"\",1\r\n")
    #expect(output["records"] == [])
    #expect(output["output_file"] == "out/o.csv")
  }

  @Test func `an output file of JSON is a list, also of nothing`() async throws {
    _ = try await run(["operation": "to_json", "output_file": "o.json"], "a\n1\n2\n")
    #expect(try runner.directory.read("o.json") == "[\n{\"a\":1},\n{\"a\":2}\n]\n")
    _ = try await run(["operation": "to_json", "output_file": "o.json"], "a\n")
    #expect(try runner.directory.read("o.json") == "[]\n")
  }

  @Test func `a failure leaves no output file`() async throws {
    _ = await failure {
      try await run(["operation": "validate", "output_file": "o.csv"], "a,b\n1\n")
    }
    #expect(runner.directory.entries() == [])
  }

  @Test func `without headers columns are numbered, and none are written`() async throws {
    let output = try await run(
      ["has_headers": false, "output_file": "o.csv", "max_records": 5], "1,2\n3,4\n5\n")
    #expect(output["headers"] == ["column_1", "column_2"])
    #expect(output["row_count"] == 2)
    #expect(output["errors"] == [["line": 3, "message": "1 field, the first row has 2"]])
    #expect(try runner.directory.read("o.csv") == "1,2\n3,4\n")
  }

  @Test(arguments: [
    (";", "a;b\n1;2\n"), ("tab", "a\tb\n1\t2\n"), ("\t", "a\tb\n1\t2\n"), ("|", "a|b\n1|2\n"),
  ])
  func `any character separates`(delimiter: String, table: String) async throws {
    #expect(try await run(["delimiter": .string(delimiter)], table)["records"] == [["a": "1", "b": "2"]])
  }

  @Test func `records stop at max_records, the count does not`() async throws {
    let output = try await run(["max_records": 1])
    #expect(output["records"]?.arrayValue?.count == 1)
    #expect(output["row_count"] == 4)
  }

  @Test(arguments: [
    ("a\n\"x", "read content: line 2: a quote is not closed"),
    ("", "read content: the table is empty; it has no header"),
    ("a,a\n", "read content: the header has the column \"a\" twice"),
  ])
  func `what is no table fails`(table: String, message: String) async {
    #expect(await failure { try await run([:], table) }?.message == message)
  }

  @Test func `an unknown column names the one that was meant`() async {
    let failed = await failure { try await run(["operation": "sort", "by": "Solt"]) }
    #expect(failed?.message == "column \"Solt\": the table has no such column; did you mean \"Sold\"?")
  }

  @Test func `text where a number is summed says where`() async {
    let failed = await failure {
      try await run(
        ["operation": "aggregate", "aggregates": ["s": ["op": "sum", "column": "a"]]], "a\n1\nx\n")
    }
    #expect(
      failed?.message
        == "aggregate \"s\": line 3: column \"a\": \"x\" is no number; leave such rows out with filter")
  }

  @Test func `a pattern without its library names the package`() async throws {
    var runner = runner
    runner.capabilities.patterns = .unavailable
    let failed = await failure {
      try await runner.run(
        CSVProcessStep.self,
        [
          "content": "a\n1\n", "operation": "filter",
          "where": [["column": "a", "op": "matches", "value": "1"]],
        ])
    }
    #expect(
      failed?.message == "compile the pattern \"1\": libpcre2 is not on this host; install libpcre2-8-0")
  }

  @Test func `a cancel ends the work between two pieces`() async throws {
    let reads = Lock(0)
    var runner = runner
    runner.capabilities.files.open = { _ in
      FileReader(size: .max) { offset, _ in
        // Endless: only a cancel can end it.
        if reads.withLock({
          $0 += 1; return $0
        }) == 3 {
          withUnsafeCurrentTask { $0?.cancel() }
        }
        return Array((offset == 0 ? "a,b\n" : "1,2\n3,4\n").utf8)
      }
    }
    let task = Task { [runner] in
      await failure { try await runner.run(CSVProcessStep.self, ["file": "x", "operation": "statistics"]) }
    }
    #expect(await task.value == .cancelled)
    #expect(reads.withLock { $0 } == 3)
  }

  @Test(arguments: [
    ("{}", [": needs one of \"content\", \"file\""]),
    (
      #"{"content":"a","path":"b"}"#, [#"/file: excludes "content"; give one of "content", "file""#]
    ),
    (#"{"file":"b","operation":"filtr"}"#, [#"/operation: "filtr": did you mean "filter"?"#]),
    (#"{"file":"b","operation":"filter"}"#, [#"/where: is required for the operation "filter""#]),
    (
      #"{"file":"b","operations":["select","sort"]}"#,
      [
        #"/columns: is required for the operation "select""#, #"/by: is required for the operation "sort""#,
      ]
    ),
    (#"{"file":"b","operations":["to_json","head"]}"#, [#"/operations: "to_json" must come last"#]),
    (
      #"{"file":"b","delimiter":",,"}"#,
      [#"/delimiter: expected one ASCII character other than a quote, or "tab""#]
    ),
    (
      #"{"file":"b","where":[{"column":"a","op":"like","value":1}]}"#,
      [
        #"/where/0/op: expected one of "eq", "ne", "lt", "le", "gt", "ge", "contains", "matches", "missing""#
      ]
    ),
    (#"{"file":"b","where":[{"column":"a"}]}"#, [#"/where/0: "eq" needs a "value""#]),
    (#"{"file":"b","where":[{"value":1}]}"#, [#"/where/0: needs a "column""#]),
    (
      #"{"file":"b","where":[{"column":"a","value":1,"oq":2}]}"#,
      ["/where/0/oq: unknown key; known are column, op, value"]
    ),
    (
      #"{"file":"b","columns":{"a":"int"}}"#,
      [
        #"/columns/a: "int" is no type of a column; "#
          + "use one of string, integer, number, boolean, date, datetime"
      ]
    ),
    (#"{"file":"b","columns":[{"nam":"a"}]}"#, [#"/columns/0/nam: unknown key; did you mean "name"?"#]),
    (#"{"file":"b","aggregates":{"s":{"op":"sum"}}}"#, [#"/aggregates: "s": "sum" needs a "column""#]),
    (
      #"{"file":"b","aggregates":{"s":{"op":"avg"}}}"#,
      [
        #"/aggregates: "s": expected one of "count", "sum", "mean", "min", "max""#
      ]
    ),
    (#"{"file":"b","limit":-1}"#, ["/limit: expected a whole number of at least 0, not -1"]),
    (#"{"file":"b","order":"up"}"#, [#"/order: expected one of "asc", "desc", not "up""#]),
    (#"{"file":"b","limt":1}"#, [#"/limt: unknown parameter; did you mean "limit"?"#]),
  ])
  func `bad parameters are refused at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(CSVProcessStep.self, parameters) == problems)
  }
}
