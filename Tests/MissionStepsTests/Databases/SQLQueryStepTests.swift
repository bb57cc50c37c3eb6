import Formats
import Glibc
import MissionModel
import MissionSteps
import Sandbox
import TestSupport
import Testing

@Suite struct SQLQueryStepTests {
  private let runner: StepRunner

  init() async throws {
    runner = try StepRunner()
    _ = try await run(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, ok BOOLEAN, j JSON, b BLOB, r REAL)")
  }

  @discardableResult
  private func run(_ query: String, _ rest: JSONObject = [:]) async throws -> JSON {
    var parameters: JSONObject = ["connection": "sqlite:a.db", "query": .string(query)]
    for (key, value) in rest { parameters[key] = value }
    return try await runner.run(SQLQueryStep.self, parameters)
  }

  private func message(_ query: String, _ rest: JSONObject = [:]) async -> String? {
    await failure { try await run(query, rest) }?.message
  }

  @Test func `values are bound and come back as what they are`() async throws {
    let written = try await run(
      "INSERT INTO t VALUES (?, ?, ?, ?, x'00ff', ?)",
      ["parameters": [9_007_199_254_740_993, "it's; DROP TABLE t", true, ["a": [1]], 1.5]])
    #expect(written["rows_affected"] == 1)
    #expect(written["last_insert_id"] == 9_007_199_254_740_993)
    #expect(written["rows"] == [])
    let read = try await run("SELECT *, NULL AS n, id AS id FROM t")
    #expect(
      read == [
        "rows": [
          [
            "id": 9_007_199_254_740_993, "name": "it's; DROP TABLE t", "ok": true, "j": ["a": [1]],
            "b": "AP8=",
            "r": 1.5, "n": nil, "id_2": 9_007_199_254_740_993,
          ]
        ],
        "columns": [
          ["name": "id", "type": "INTEGER"], ["name": "name", "type": "TEXT"],
          ["name": "ok", "type": "BOOLEAN"], ["name": "j", "type": "JSON"], ["name": "b", "type": "BLOB"],
          ["name": "r", "type": "REAL"], ["name": "n", "type": ""], ["name": "id", "type": "INTEGER"],
        ],
        "row_count": 1, "rows_affected": 0, "last_insert_id": nil, "truncated": false,
      ])
  }

  @Test func `numbered values go where their numbers say`() async throws {
    let output = try await run(
      "SELECT $2 AS a, $1 AS b, $2 AS c", ["parameters": ["x", .decimal("12345678901234567890")]])
    #expect(
      output["rows"] == [["a": "12345678901234567890", "b": "x", "c": "12345678901234567890"]])
  }

  @Test(arguments: [
    (
      "json", "[{\"a\":1,\"b\":\"x,y\"},{\"a\":2,\"b\":null}]",
      "[\n{\"a\":1,\"b\":\"x,y\"},\n{\"a\":2,\"b\":null}\n]\n"
    ),
    ("rows", "[[1,\"x,y\"],[2,null]]", "[\n[1,\"x,y\"],\n[2,null]\n]\n"),
    ("csv", "\"a,b\\n1,\\\"x,y\\\"\\n2,\\n\"", "a,b\n1,\"x,y\"\n2,\n"),
  ])
  func `rows come in the form asked for, in the output or a file`(
    format: String, value: String, file: String
  ) async throws {
    let query = "SELECT 1 AS a, 'x,y' AS b UNION ALL SELECT 2, NULL"
    #expect(try await run(query, ["output_format": .string(format)])["rows"]?.compact == value)
    let kept = try await run(query, ["output_format": .string(format), "output_file": "out"])
    #expect(kept["rows"] == JSON.null)
    #expect(kept["row_count"] == 2)
    #expect(try runner.directory.read("out") == file)
  }

  private static let numbers = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) SELECT i FROM n
    """

  @Test(arguments: [
    (1199, 1199, true), (1200, 1200, false), (1201, 1200, false), (0, 0, true), (500, 500, true),
  ])
  func `rows end at max_rows`(most: Int, count: Int, isCut: Bool) async throws {
    let output = try await run(Self.numbers, ["max_rows": JSON(most)])
    #expect(output["row_count"] == JSON(count))
    #expect(output["rows"]?.arrayValue?.count == count)
    #expect(output["truncated"] == .bool(isCut))
  }

  @Test func `a query happens as a whole or not at all`() async throws {
    let both = "INSERT INTO t (id) VALUES (1); INSERT INTO t (id) VALUES (1)"
    #expect(await message(both) == "query a.db: UNIQUE constraint failed: t.id")
    #expect(try await run("SELECT count(*) AS n FROM t")["rows"] == [["n": 0]])
    _ = await message(both, ["transaction": false])
    #expect(try await run("SELECT count(*) AS n FROM t")["rows"] == [["n": 1]])
  }

  @Test func `what is not finished is undone`() async throws {
    var runner = runner
    runner.limits.maxOutputBytes = 10
    let limited = runner
    let failed = await failure {
      try await limited.run(
        SQLQueryStep.self,
        "{ connection: 'sqlite:a.db', query: \"INSERT INTO t (name) VALUES ('a long name') RETURNING name\" }"
      )
    }
    #expect(
      failed?.message
        == "query a.db: the rows would pass limits.max_output_bytes (10 bytes); use output_file or max_rows")
    #expect(try await run("SELECT count(*) AS n FROM t")["rows"] == [["n": 0]])
  }

  @Test func `with read_only nothing changes`() async throws {
    let failed = await failure { try await run("DELETE FROM t", ["read_only": true]) }
    #expect(failed?.kind == .denied)
    #expect(failed?.message == "query a.db: the database is open for reading only")
    #expect(try await run("SELECT 1 AS a", ["read_only": true])["rows"] == [["a": 1]])
  }

  @Test(arguments: [
    "ATTACH '/tmp/x.db' AS x", "VACUUM INTO '/tmp/x.db'", "ATTACH 'x' || '.db' AS x",
    "ATTACH 'b.db' AS x", "ATTACH '{workspace}/../b.db' AS x", "ATTACH '{workspace}//b.db' AS x",
    "ATTACH 'file:{workspace}/b.db' AS x", "SELECT load_extension('x')",
    "PRAGMA temp_store_directory = '/tmp'",
  ])
  func `SQL reaches no file outside of the roots`(query: String) async throws {
    let query = query.replacing("{workspace}", with: runner.directory.path)
    let failed = await failure { try await run(query, ["transaction": false]) }
    #expect(failed?.kind == .denied)
    #expect(
      failed?.message.hasSuffix(
        "; a query loads no extension, and reaches other files only by their absolute paths inside of the "
          + "workspace and paths.write (paths.read with read_only)") == true,
      "\(failed?.message ?? "")")
  }

  @Test func `SQL attaches and writes other files of the workspace`() async throws {
    let path = runner.directory.path
    let output = try await run(
      "ATTACH '\(path)/b.db' AS b; CREATE TABLE b.c AS SELECT 7 AS n; VACUUM b INTO '\(path)/c.db'; "
        + "SELECT n FROM b.c", ["transaction": false])
    #expect(output["rows"] == [["n": 7]])
    let copy = try await run("ATTACH '\(path)/c.db' AS b; SELECT n FROM b.c", ["read_only": true])
    #expect(copy["rows"] == [["n": 7]])
  }

  @Test func `what is only readable is attached for reading, and not written`() async throws {
    let other = try StepRunner()
    _ = try await other.run(
      SQLQueryStep.self, ["connection": "sqlite:o.db", "query": "CREATE TABLE t AS SELECT 5 AS n"])
    let workspace = try WorkspaceLive(runner.directory.path, readable: [other.directory.path])
    var reader = runner
    reader.capabilities.databases = .live(roots: workspace.roots)
    func run(_ sql: String, readOnly: Bool) async throws -> JSON {
      try await reader.run(
        SQLQueryStep.self,
        [
          "connection": "sqlite:a.db", "query": .string(sql), "read_only": .bool(readOnly),
          "transaction": false,
        ])
    }
    let attach = "ATTACH '\(other.directory.path)/o.db' AS o; SELECT n FROM o.t"
    #expect(try await run(attach, readOnly: true)["rows"] == [["n": 5]])
    #expect(await failure { try await run(attach, readOnly: false) }?.kind == .denied)
    let copy = "VACUUM INTO '\(other.directory.path)/p.db'"
    #expect(await failure { try await run(copy, readOnly: true) }?.kind == .denied)
  }

  @Test func `a link inside of the roots leads nowhere else`() async throws {
    let other = try StepRunner()
    try await TestProcess.run("ln", ["-s", other.directory.path, runner.directory.path + "/out"])
    let failed = await failure { try await run("ATTACH '\(runner.directory.path)/out/x.db' AS x") }
    let path = "\(runner.directory.path)/out/x.db"
    #expect(
      failed?.message == "query a.db: the file cannot be opened: unable to open database: \(path)")
  }

  @Test func `VACUUM of the database itself is allowed`() async throws {
    #expect(try await run("VACUUM", ["transaction": false])["row_count"] == 0)
  }

  @Test(arguments: [
    ("SELEC 1", "query a.db: near \"SELEC\": syntax error"), ("SELECT x", "query a.db: no such column: x"),
    ("SELECT ?", "query a.db: the query takes 1 values, not 0"),
  ])
  func `a wrong query is told in the database's words`(query: String, text: String) async {
    #expect(await message(query) == text)
  }

  @Test func `files that cannot be a database are told`() async throws {
    try runner.directory.write(String(repeating: "no database ", count: 100), to: "text")
    func fails(_ connection: String, isReadOnly: Bool = false) async -> String? {
      await failure {
        try await runner.run(
          SQLQueryStep.self,
          [
            "connection": .string(connection), "query": "SELECT * FROM sqlite_schema",
            "read_only": .bool(isReadOnly),
          ])
      }?.message
    }
    #expect(await fails("sqlite:text") == "query text: the file is no database of SQLite")
    #expect(await fails("sqlite:none", isReadOnly: true) == "read none: no such file or directory (2)")
    #expect(await fails("sqlite:/etc/passwd")?.contains("/etc/passwd") == true)
  }

  @Test func `a file that another process holds locked is waited for, and a cancel ends the wait`()
    async throws
  {
    let holder = try TestProcess(
      "/usr/bin/python3",
      [
        "-uc",
        """
        import sqlite3, signal
        sqlite3.connect("a.db", isolation_level=None).execute("BEGIN EXCLUSIVE")
        print("locked")
        signal.pause()
        """,
      ], directory: runner.directory.path)
    try await holder.waitForLine(containing: "locked")
    let given = Task { await failure { try await run("INSERT INTO t (id) VALUES (1)") } }
    given.cancel()
    #expect(await given.value == .cancelled)
    let patient = Task { try await run("INSERT INTO t (id) VALUES (2)") }
    holder.send(SIGKILL)
    #expect(try await patient.value["rows_affected"] == 1)
    #expect(try await run("SELECT id FROM t")["rows"] == [["id": 2]])
  }

  @Test func `a cancel ends a query that runs`() async throws {
    let runner = runner
    let task = Task {
      await failure {
        try await runner.run(
          SQLQueryStep.self,
          [
            "connection": "sqlite::memory:",
            "query": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
          ])
      }
    }
    task.cancel()
    #expect(await task.value == .cancelled)
  }

  @Test(arguments: [
    ("{}", ["/connection: is required", "/query: is required"]),
    (
      "{ database_url: 'oracle://u:p@h/d', query: x }",
      ["/connection: has the scheme \"oracle\"; sqlite, postgresql, mysql and redis are possible"]
    ),
    (
      "{ connection: 'my sales', query: x }",
      ["/connection: names no database; write sqlite:PATH, postgresql://…, mysql://…, or a name"]
    ),
    ("{ connection: sales, query: x }", []),
    ("{ connection: 'redis://h', query: x }", ["/connection: Redis takes no SQL"]),
    ("{ connection: 'sqlite:', query: x }", ["/connection: names no file"]),
    ("{ connection: 'sqlite:a?mode=rw', query: x }", ["/connection: takes a path without options"]),
    ("{ connection: '{{x}}', query: x }", []),
    (
      "{ connection: 'sqlite:a', query: x, max_rows: -1 }",
      ["/max_rows: expected a whole number of at least 0, not -1"]
    ),
    (
      "{ connection: 'sqlite:a', query: x, output_format: xml }",
      ["/output_format: expected one of \"json\", \"rows\", \"csv\", not \"xml\""]
    ),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(SQLQueryStep.self, parameters) == problems)
  }

  @Test func `the example runs`() async throws {
    _ = try await runner.run(
      SQLQueryStep.self,
      "{ connection: 'sqlite:sales.db', query: 'CREATE TABLE sales (region, amount, year)' }")
    #expect(try await runner.run(SQLQueryStep.self, try StepRunner.example(SQLQueryStep.self))["rows"] == [])
  }
}
