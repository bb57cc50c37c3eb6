import Drivers
import Formats
import MissionModel
import MissionSteps
import Sandbox
import TestSupport
import Testing

/// The sql_query step against a PostgreSQL server.
@Suite struct SQLQueryStepPostgresTests {
  private let runner: StepRunner
  private let server: ServedDatabase
  private let title: String

  init() async throws {
    server = try await ServedDatabase.postgres()
    runner = try StepRunner()
    title = "postgresql://127.0.0.1:\(server.port)/tester"
    try runner.directory.write(TestFile.text(at: server.certificate), to: "ca.pem")
  }

  private var connection: String { "postgresql://\(server.authority)/tester" }

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
    let output = try await run(
      """
      SELECT 9223372036854775807::bigint AS i, 12345678901234567890.123456789::numeric AS n, 1.5::float8 AS f,
        'NaN'::float8 AS nan, 'NaN'::numeric AS nn, true AS b, NULL::text AS z, 'a"b' AS t,
        '\\x00ff'::bytea AS x, '{"a": [1, null]}'::jsonb AS j, '2026-01-02 03:04:05.25'::timestamp AS ts,
        '2026-01-02 03:04:05+00'::timestamptz AT TIME ZONE 'UTC' AS u, '2026-01-02'::date AS d,
        ARRAY[1, NULL, 3] AS ai, ARRAY['a,b', 'c"d', NULL, 'NULL'] AS at, ARRAY[[1, 2], [3, 4]] AS aa,
        ARRAY['{"k": 1}'::json] AS aj, ARRAY['\\x01'::bytea] AS ab, interval '1 day 2 hours' AS v,
        'infinity'::timestamp AS inf, '{}'::text[] AS e, 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid AS uu
      """)
    #expect(
      output["rows"]?.arrayValue?.first == [
        "i": 9_223_372_036_854_775_807, "n": .decimal("12345678901234567890.123456789"), "f": 1.5,
        "nan": "NaN", "nn": "NaN", "b": true, "z": nil, "t": "a\"b", "x": "AP8=",
        "j": ["a": [1, nil]], "ts": "2026-01-02T03:04:05.25", "u": "2026-01-02T03:04:05", "d": "2026-01-02",
        "ai": [1, nil, 3], "at": ["a,b", "c\"d", nil, "NULL"], "aa": [[1, 2], [3, 4]], "aj": [["k": 1]],
        "ab": ["AQ=="], "v": "P1DT2H", "inf": "infinity", "e": [],
        "uu": "b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
      ])
    let columns = output["columns"]?.arrayValue?.compactMap { $0["type"]?.stringValue } ?? []
    #expect(
      columns == [
        "bigint", "numeric", "double precision", "double precision", "numeric", "boolean", "text", "text",
        "bytea", "jsonb", "timestamp", "timestamp", "date", "integer[]", "text[]", "integer[]", "json[]",
        "bytea[]", "interval", "timestamp", "text[]", "uuid",
      ])
  }

  @Test func `values are bound by their place and type`() async throws {
    let output = try await run(
      """
      SELECT $2::text AS a, $1::bigint AS b, $2 AS c, $3::numeric AS n, $4::jsonb AS j, $5::int[] AS l,
        $6::boolean AS o, $7::text AS z, $8::timestamptz AT TIME ZONE 'UTC' AS t, $9::text[] AS w
      """,
      [
        "parameters": [
          9_007_199_254_740_993, "it's; DROP TABLE t", .decimal("0.10000000000000000000001"), ["a": [1]],
          [1, nil], true, nil, "2026-01-02T03:04:05Z", ["a\"b\\", "c,d"],
        ]
      ])
    #expect(
      output["rows"] == [
        [
          "a": "it's; DROP TABLE t", "b": 9_007_199_254_740_993, "c": "it's; DROP TABLE t",
          "n": .decimal("0.10000000000000000000001"), "j": ["a": [1]], "l": [1, nil], "o": true, "z": nil,
          "t": "2026-01-02T03:04:05", "w": ["a\"b\\", "c,d"],
        ]
      ])
    #expect(
      await message("SELECT $1::int, $2::int", ["parameters": [1]])
        == "query \(title): the query takes 2 values, not 1")
  }

  @Test func `a change says how many rows it changed, and happens as a whole or not at all`() async throws {
    try await run("CREATE TABLE whole (id int PRIMARY KEY)")
    #expect(try await run("INSERT INTO whole SELECT generate_series(1, 5)")["rows_affected"] == 5)
    #expect(
      await message("INSERT INTO whole SELECT generate_series(6, 10) UNION ALL SELECT 1")
        == "query \(title): duplicate key value violates unique constraint \"whole_pkey\"; "
        + "Key (id)=(1) already exists.")
    var limited = runner
    limited.limits.maxOutputBytes = 3
    let bounded = limited
    let failed = await failure {
      try await bounded.run(
        SQLQueryStep.self,
        ["connection": .string(connection), "query": "INSERT INTO whole VALUES (77) RETURNING id"])
    }
    #expect(failed?.message.contains("use output_file or max_rows") == true)
    #expect(try await run("SELECT count(*) AS n FROM whole")["rows"] == [["n": 5]])
  }

  @Test(arguments: [true, false])
  func `with read_only nothing changes`(isTransaction: Bool) async throws {
    let failed = await failure {
      try await run("CREATE TABLE forbidden ()", ["read_only": true, "transaction": .bool(isTransaction)])
    }
    #expect(failed?.kind == .denied)
    #expect(
      failed?.message
        == "query \(title): cannot execute CREATE TABLE in a read-only transaction; read_only lets nothing change"
    )
    #expect(try await run("SELECT 1 AS a", ["read_only": true])["rows"] == [["a": 1]])
  }

  @Test func `rows end at max_rows, and go to a file`() async throws {
    let cut = try await run("SELECT generate_series(1, 1200) AS i", ["max_rows": 600])
    #expect(cut["row_count"] == 600)
    #expect(cut["truncated"] == true)
    let kept = try await run(
      "SELECT i, 'x' || i AS t FROM generate_series(1, 12000) AS i",
      ["output_file": "out.csv", "output_format": "csv"])
    #expect(kept["row_count"] == 12_000)
    let text = try runner.directory.read("out.csv")
    #expect(text.hasPrefix("i,t\n1,x1\n"))
    #expect(text.hasSuffix("\n12000,x12000\n"))
  }

  @Test func `a wrong query is told in the server's words`() async throws {
    #expect(await message("SELEC 1") == "query \(title): syntax error at or near \"SELEC\"")
    #expect(
      await message("SELECT 1; SELECT 2")
        == "query \(title): a query is one statement; make a step for each")
    #expect(
      await message("SELECT ?", ["parameters": [1]])
        == "query \(title): syntax error at end of input; the places of values are $1, $2 and so on")
    #expect(
      await message("COPY (SELECT 1) TO STDOUT")?
        .hasPrefix("query \(title): COPY to or from the client is not possible here") == true)
  }

  @Test func `a wrong password is told without it`() async throws {
    let failed = await message(
      "SELECT 1", connection: "postgresql://tester:wr0ng-one@127.0.0.1:\(server.port)/x")
    #expect(
      failed == "connect to postgresql://127.0.0.1:\(server.port)/x: connection to server at \"127.0.0.1\", "
        + "port \(server.port) failed: password authentication failed for user \"tester\""
        || failed?.contains("password authentication failed for user \"tester\"") == true)
    #expect(failed?.contains("wr0ng-one") == false)
  }

  @Test func `a server that is not there is told`() async throws {
    let port = try FreePort().number
    #expect(
      await message("SELECT 1", connection: "postgresql://u:hidden-one@127.0.0.1:\(port)/d")?
        .hasPrefix("connect to postgresql://127.0.0.1:\(port)/d: ") == true)
    #expect(
      await message("SELECT 1", connection: "postgresql://u:hidden-one@127.0.0.1:\(port)/d")?
        .contains("Connection refused") == true)
    #expect(
      await message("SELECT 1", connection: "postgresql://u@no-such-host.invalid/d")
        == "connect to postgresql://no-such-host.invalid:5432/d: no address is known for no-such-host.invalid; "
        + "check the name and the resolver")
    let denied = await failure { try await run("SELECT 1", connection: "postgresql://u@169.254.169.254/d") }
    #expect(denied?.kind == .denied)
  }

  @Test func `a missing library names its package`() async throws {
    var libraries = Databases.Libraries()
    libraries.postgres = Postgres(lookup: .empty)
    var bare = runner
    bare.capabilities.databases = .live(libraries)
    let poor = bare
    let connection = connection
    let failed = await failure {
      try await poor.run(SQLQueryStep.self, ["connection": .string(connection), "query": "SELECT 1"])
    }
    #expect(
      failed?.message == "connect to \(title): libpq.so.5 is not on this host; install libpq5")
  }

  @Test func `a cancel ends the query at the server too`() async throws {
    let task = Task { await failure { try await run("SELECT pg_sleep(300) AS cancelled_one") } }
    let active =
      "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%cancelled\\_one%'"
      + " AND pid <> pg_backend_pid()"
    while try await run(active)["row_count"] == 0 {}
    task.cancel()
    #expect(await task.value == .cancelled)
    while try await run(active)["row_count"] != 0 {}
  }

  @Test func `a server that goes away in the middle is told`() async throws {
    let task = Task { await message("SELECT pg_sleep(300) AS killed_one") }
    let end = """
      SELECT pg_terminate_backend(pid) AS done FROM pg_stat_activity
      WHERE state = 'active' AND query LIKE '%killed\\_one%' AND pid <> pg_backend_pid()
      """
    while try await run(end)["row_count"] == 0 {}
    #expect(
      await task.value
        == "query \(title): the server went away: terminating connection due to administrator command")
  }

  @Test func `a server that is frozen holds up no cancel`() async throws {
    let own = try await ServedDatabase.startPostgres()
    let connection = "postgresql://\(own.authority)/tester"
    let task = Task {
      await failure { try await run("SELECT pg_sleep(300) AS frozen_one", connection: connection) }
    }
    let active =
      "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%frozen\\_one%'"
      + " AND pid <> pg_backend_pid()"
    while try await run(active, connection: connection)["row_count"] == 0 {}
    own.freeze(true)
    let began = ContinuousClock.now
    task.cancel()
    #expect(await task.value == .cancelled)
    #expect(ContinuousClock.now - began < .seconds(10))
  }

  @Test func `certificates are verified where asked`() async throws {
    let ssl = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    #expect(
      try await run(ssl, connection: connection + "?sslmode=verify-full&sslrootcert=ca.pem")["rows"]
        == [["ssl": true]])
    let failed = await message(ssl, connection: connection + "?sslmode=verify-full")
    #expect(failed?.contains("certificate verify failed") == true, "\(failed ?? "")")
    #expect(try await run(ssl, connection: connection + "?sslmode=disable")["rows"] == [["ssl": false]])
  }

  @Test func `the Unix socket is a way too`() async throws {
    let output = try await run(
      "SELECT inet_server_addr() IS NULL AS local",
      connection: "postgresql://tester:s3cr3t-pass%2Fword@/tester?host=\(server.folder)&port=\(server.port)")
    #expect(output["rows"] == [["local": true]])
  }

  @Test func `the configuration gives connections names`() async throws {
    var named = runner
    named.capabilities.databases = .live(named: ["sales": connection])
    let configured = named
    let query: JSON = "SELECT 1 AS a"
    #expect(
      try await configured.run(SQLQueryStep.self, ["connection": "sales", "query": query])["rows"]
        == [["a": 1]])
    let failed = await failure {
      try await configured.run(SQLQueryStep.self, ["connection": "sails", "query": query])
    }
    #expect(failed?.kind == .badParameters)
    #expect(failed?.message == "connection: the configuration has no database \"sails\"; it has sales")
  }
}
