import Drivers
import Formats
import MissionModel
import MissionSteps
import Sandbox
import TestSupport
import Testing

/// The sql_query step against a MariaDB server.
@Suite struct SQLQueryStepMySQLTests {
  private let runner: StepRunner
  private let server: ServedDatabase
  private let title: String

  init() async throws {
    server = try await ServedDatabase.mysql()
    runner = try StepRunner()
    title = "mysql://127.0.0.1:\(server.port)/tester"
    try runner.directory.write(TestFile.text(at: server.certificate), to: "ca.pem")
  }

  private var connection: String { "mysql://\(server.authority)/tester" }

  @discardableResult
  private func run(
    _ query: String, _ rest: JSONObject = [:], connection: String? = nil
  ) async throws -> JSON {
    var parameters: JSONObject = [
      "connection": .string(connection ?? self.connection), "query": .string(query),
    ]
    for (key, value) in rest { parameters[key] = value }
    return try await runner.run(SQLQueryStep.self, parameters)
  }

  private func message(
    _ query: String, _ rest: JSONObject = [:], connection: String? = nil
  ) async -> String? {
    await failure { try await run(query, rest, connection: connection) }?.message
  }

  @Test func `values come as what they are, without loss`() async throws {
    try await run(
      """
      CREATE OR REPLACE TABLE kinds (i BIGINT, u BIGINT UNSIGNED, n DECIMAL(38, 18), f DOUBLE,
        s FLOAT, b BOOLEAN, z INT, t VARCHAR(20), x VARBINARY(10), bl BLOB, j JSON, ts DATETIME(6),
        d DATE, tm TIME, y YEAR, e ENUM('a', 'b'), big LONGTEXT, tiny TINYINT)
      """)
    try await run(
      """
      INSERT INTO kinds VALUES (-9223372036854775808, 18446744073709551615,
        12345678901234567890.123456789012345678, 1.5, 0.25, true, NULL, 'ä"b', x'00ff', x'0102',
        '{"a": [1, null]}', '2026-01-02 03:04:05.25', '2026-01-02', '-12:13:14', 2026, 'b',
        REPEAT('x', 100000), 1)
      """)
    let output = try await run("SELECT * FROM kinds")
    #expect(
      output["rows"]?.arrayValue?.first == [
        "i": .integer(.min), "u": .decimal("18446744073709551615"),
        "n": .decimal("12345678901234567890.123456789012345678"), "f": 1.5, "s": 0.25, "b": true, "z": nil,
        "t": "ä\"b", "x": "AP8=", "bl": "AQI=", "j": ["a": [1, nil]], "ts": "2026-01-02T03:04:05.250000",
        "d": "2026-01-02", "tm": "-12:13:14", "y": 2026, "e": "b",
        "big": .string(String(repeating: "x", count: 100_000)), "tiny": 1,
      ])
    #expect(
      output["columns"]?.arrayValue?.compactMap { $0["type"]?.stringValue } == [
        "bigint", "bigint unsigned", "decimal", "double", "float", "boolean", "int", "varchar", "varbinary",
        "blob", "json", "datetime", "date", "time", "year", "char", "text", "tinyint",
      ])
  }

  @Test func `values are bound and keys come back`() async throws {
    try await run(
      "CREATE OR REPLACE TABLE bound (id BIGINT AUTO_INCREMENT PRIMARY KEY, t TEXT, n DECIMAL(30, 10))")
    let written = try await run(
      "INSERT INTO bound (t, n) VALUES (?, ?), (?, ?)",
      ["parameters": ["it's; DROP TABLE bound", .decimal("12345678901234567890.5"), nil, true]])
    #expect(written["rows_affected"] == 2)
    #expect(written["last_insert_id"] == 1)
    let read = try await run("SELECT t, n FROM bound WHERE id < ? ORDER BY id", ["parameters": [9]])
    #expect(
      read["rows"] == [
        ["t": "it's; DROP TABLE bound", "n": .decimal("12345678901234567890.5000000000")],
        ["t": nil, "n": 1.0],
      ])
    #expect(await message("SELECT ?") == "query \(title): the query takes 1 values, not 0")
  }

  @Test func `a query happens as a whole or not at all`() async throws {
    try await run("CREATE OR REPLACE TABLE whole (id INT PRIMARY KEY) ENGINE = InnoDB")
    var limited = runner
    limited.limits.maxOutputBytes = 3
    let (bounded, connection) = (limited, connection)
    let failed = await failure {
      try await bounded.run(
        SQLQueryStep.self,
        ["connection": .string(connection), "query": "INSERT INTO whole VALUES (77) RETURNING id"])
    }
    #expect(failed?.message.contains("use output_file or max_rows") == true)
    #expect(try await run("SELECT count(*) AS n FROM whole")["rows"] == [["n": 0]])
    let denied = await failure { try await run("INSERT INTO whole VALUES (1)", ["read_only": true]) }
    #expect(denied?.kind == .denied)
    #expect(denied?.message == "query \(title): read_only lets nothing change")
  }

  @Test func `rows end at max_rows, and go to a file`() async throws {
    let cut = try await run("SELECT seq FROM seq_1_to_1200", ["max_rows": 600])
    #expect(cut["row_count"] == 600)
    #expect(cut["truncated"] == true)
    let kept = try await run(
      "SELECT seq AS i FROM seq_1_to_12000", ["output_file": "out.csv", "output_format": "csv"])
    #expect(kept["row_count"] == 12_000)
    #expect(try runner.directory.read("out.csv").hasSuffix("\n12000\n"))
  }

  @Test func `no file of this host is sent to the server`() async throws {
    try await run("CREATE OR REPLACE TABLE loaded (t TEXT)")
    let failed = await message(
      "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE loaded", ["transaction": false])
    #expect(failed != nil)
    #expect(try await run("SELECT count(*) AS n FROM loaded")["rows"] == [["n": 0]])
  }

  @Test func `what goes wrong is told without the password`() async throws {
    #expect(
      await message("SELEC 1")?.hasPrefix("query \(title): You have an error in your SQL syntax") == true)
    #expect(
      await message("SELECT 1; SELECT 2")?.hasSuffix("; a query is one statement; make a step for each")
        == true)
    #expect(
      await message("SELECT $1", ["parameters": [1]])?.hasSuffix(
        "Unknown column '$1' in 'SELECT'; the place of each value is a ?") == true)
    let wrong = await message(
      "SELECT 1", connection: "mysql://tester:wr0ng-one@127.0.0.1:\(server.port)/tester")
    #expect(wrong?.contains("Access denied for user 'tester'") == true)
    #expect(wrong?.contains("wr0ng-one") == false)
    let port = try FreePort().number
    #expect(
      await message("SELECT 1", connection: "mysql://u:p@127.0.0.1:\(port)/d")
        == "connect to mysql://127.0.0.1:\(port)/d: the server cannot be reached: Can't connect to server on "
        + "'127.0.0.1' (115); check that it runs there and that host and port are right")
    var libraries = Databases.Libraries()
    libraries.mysql = MySQL(lookup: .empty)
    var bare = runner
    bare.capabilities.databases = .live(libraries)
    let (poor, connection) = (bare, connection)
    let failed = await failure {
      try await poor.run(SQLQueryStep.self, ["connection": .string(connection), "query": "SELECT 1"])
    }
    #expect(
      failed?.message == "connect to \(title): libmariadb.so.3 is not on this host; install libmariadb3")
  }

  @Test func `a cancel ends the query at the server too`() async throws {
    let task = Task { await failure { try await run("SELECT SLEEP(300) AS cancelled_one") } }
    let active = """
      SELECT id FROM information_schema.processlist
      WHERE info LIKE '%cancelled\\_one%' AND id <> CONNECTION_ID()
      """
    while try await run(active)["row_count"] == 0 {}
    task.cancel()
    #expect(await task.value == .cancelled)
    while try await run(active)["row_count"] != 0 {}
  }

  @Test func `a server that goes away in the middle is told`() async throws {
    let task = Task { await message("SELECT SLEEP(300) AS killed_one") }
    let active = """
      SELECT id FROM information_schema.processlist
      WHERE info LIKE '%killed\\_one%' AND id <> CONNECTION_ID()
      """
    var id: JSON?
    while id == nil { id = try await run(active)["rows"]?.arrayValue?.first?["id"] }
    try await run("KILL CONNECTION \(id?.compact ?? "")", ["transaction": false])
    #expect(
      await task.value?.hasPrefix("query \(title): the connection to the server broke: ") == true)
  }

  @Test func `a server that is frozen holds up no cancel`() async throws {
    let own = try await ServedDatabase.startMySQL()
    let connection = "mysql://\(own.authority)/tester"
    let task = Task {
      await failure { try await run("SELECT SLEEP(300) AS frozen_one", connection: connection) }
    }
    let active = """
      SELECT id FROM information_schema.processlist
      WHERE info LIKE '%frozen\\_one%' AND id <> CONNECTION_ID()
      """
    while try await run(active, connection: connection)["row_count"] == 0 {}
    own.freeze(true)
    let began = ContinuousClock.now
    task.cancel()
    #expect(await task.value == .cancelled)
    #expect(ContinuousClock.now - began < .seconds(10))
  }

  @Test func `certificates are verified where asked`() async throws {
    let cipher = "SHOW STATUS LIKE 'Ssl_cipher'"
    let verified = try await run(cipher, connection: connection + "?sslmode=verify-full&sslrootcert=ca.pem")
    #expect(verified["rows"]?.arrayValue?.first?["Value"]?.stringValue?.isEmpty == false)
    let failed = await message(cipher, connection: connection + "?sslmode=verify-full")
    #expect(failed?.contains("no TLS connection could be made") == true, "\(failed ?? "")")
    let plain = try await run(cipher, connection: connection + "?sslmode=disable")
    #expect(plain["rows"]?.arrayValue?.first?["Value"] == "")
  }

  @Test func `a certificate for another host is refused, unless only its authority is asked for`()
    async throws
  {
    let foreign = try await ServedDatabase.startMySQL(certificate: "foreign")
    let place = "mysql://127.0.0.1:\(foreign.port)/tester"
    let connection = "mysql://\(foreign.authority)/tester"
    try runner.directory.write(TestFile.text(at: foreign.certificate), to: "other.pem")
    let cipher = "SHOW STATUS LIKE 'Ssl_cipher'"
    #expect(
      await message(cipher, connection: connection + "?sslmode=verify-full&sslrootcert=other.pem")
        == "connect to \(place): the server's certificate is not for this host; name the host as its "
        + "certificate does, or add ?sslmode=verify-ca if that is meant")
    let output = try await run(cipher, connection: connection + "?sslmode=verify-ca&sslrootcert=other.pem")
    #expect(output["rows"]?.arrayValue?.first?["Value"]?.stringValue?.isEmpty == false)
    #expect(
      await message(cipher, connection: connection + "?sslmode=verify-ca&sslrootcert=ca.pem")
        == "connect to \(place): no TLS connection could be made: TLS/SSL error: unable to get local issuer "
        + "certificate; name the authority that signed the certificate with sslrootcert, or add "
        + "?sslmode=disable to the connection if that is meant")
  }

  @Test func `the Unix socket is a way too`() async throws {
    let output = try await run(
      "SELECT 1 AS a",
      connection: "mysql://tester:s3cr3t-pass%2Fword@/tester?socket=\(server.folder)/m.sock")
    #expect(output["rows"] == [["a": 1]])
  }
}
