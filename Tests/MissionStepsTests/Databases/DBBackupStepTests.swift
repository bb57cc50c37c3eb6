import Formats
import MissionModel
import MissionSteps
import Sandbox
import TestSupport
import Testing

/// The db_backup step and its `DumpProgram`s: what is backed up is restored, and compared.
@Suite struct DBBackupStepTests {
  private let runner: StepRunner

  init() throws { runner = try StepRunner() }

  private func backUp(_ connection: String, _ rest: JSONObject = [:]) async throws -> JSON {
    var parameters: JSONObject = ["connection": .string(connection), "destination": "out/backup"]
    for (key, value) in rest { parameters[key] = value }
    return try await runner.run(DBBackupStep.self, parameters)
  }

  @discardableResult
  private func query(_ sql: String, _ connection: String) async throws -> JSON {
    try await runner.run(
      SQLQueryStep.self, ["connection": .string(connection), "query": .string(sql), "transaction": false]
    )["rows"] ?? .null
  }

  private func run(
    _ program: String, _ arguments: [String], _ environment: [String: String] = [:]
  ) async throws {
    var all = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
    all.merge(environment) { $1 }
    let record = try await TestProcess.run(
      program, arguments, environment: all, directory: runner.directory.path)
    guard record.ending == .exited(0) else { throw TestSupportError("\(program): \(record.error)") }
  }

  private func digest(_ path: String) async throws -> String {
    let record = try await TestProcess.run("sha256sum", [runner.directory / path])
    return String(record.output.prefix(64))
  }

  @Test(arguments: [false, true]) func `a file of SQLite`(isCompressed: Bool) async throws {
    try await query("PRAGMA journal_mode = WAL", "sqlite:a.db")
    try await query("CREATE TABLE t (id INTEGER PRIMARY KEY, x)", "sqlite:a.db")
    try await query("INSERT INTO t (x) VALUES ('ä'), (NULL), (x'00ff')", "sqlite:a.db")
    let output = try await backUp("sqlite:a.db", ["compress": .bool(isCompressed)])
    #expect(output["source"] == "a.db")
    #expect(output["verified"] == true)
    #expect(output["sha256"]?.stringValue == (try await digest("out/backup")))
    #expect(runner.directory.entries("out") == ["backup"])
    if isCompressed {
      try await run("sh", ["-c", "gzip -dc out/backup > restored.db"])
    } else {
      try await run("cp", ["out/backup", "restored.db"])
    }
    let all = "SELECT * FROM t ORDER BY id"
    #expect(try await query(all, "sqlite:restored.db") == (try await query(all, "sqlite:a.db")))
  }

  @Test func `a file that is no database is no backup`() async throws {
    try runner.directory.write(String(repeating: "no database ", count: 1000), to: "text")
    let failed = await failure { try await backUp("sqlite:text") }
    #expect(failed?.message == "query text: the file is no database of SQLite")
    #expect(runner.directory.entries("out").isEmpty)
    #expect(
      await failure { try await backUp("sqlite:none.db") }?.message
        == "read none.db: no such file or directory (2)")
  }

  @Test(arguments: ["custom", "plain"]) func `a database of PostgreSQL`(format: String) async throws {
    let server = try await ServedDatabase.postgres()
    let root = "postgresql://\(server.authority)/"
    let (from, to) = ("backup_\(format)", "restored_\(format)")
    for name in [from, to] { try await query("CREATE DATABASE \(name)", root + "tester") }
    try await query("CREATE TABLE t (id int PRIMARY KEY, n numeric, j jsonb, b bytea)", root + from)
    try await query("INSERT INTO t VALUES (1, 0.1, '[1]', '\\x00ff'), (2, NULL, NULL, NULL)", root + from)
    var runner = runner
    runner.capabilities.processes = try runner.realProcesses()
    let output = try await runner.run(
      DBBackupStep.self,
      ["connection": .string(root + from), "destination": "out/backup", "format": .string(format)])
    #expect(output["source"]?.stringValue == "postgresql://127.0.0.1:\(server.port)/\(from)")
    let place = ["PGPASSWORD": ServedDatabase.password]
    let way = ["-h", "127.0.0.1", "-p", "\(server.port)", "-U", "tester", "-d", to]
    if format == "custom" {
      try await run("pg_restore", way + ["out/backup"], place)
    } else {
      try await run("psql", way + ["-q", "-v", "ON_ERROR_STOP=1", "-f", "out/backup"], place)
    }
    let all = "SELECT * FROM t ORDER BY id"
    #expect(try await query(all, root + to) == (try await query(all, root + from)))
  }

  @Test func `a cancel ends the dump, here and at the server`() async throws {
    let server = try await ServedDatabase.postgres()
    let root = "postgresql://\(server.authority)/"
    try await query("CREATE DATABASE backup_held", root + "tester")
    let place = root + "backup_held"
    try await query("CREATE TABLE t (id int)", place)
    // Whoever wants to read the table waits.
    let holder = Task {
      await failure { try await query("DO $$ BEGIN LOCK TABLE t; PERFORM pg_sleep(300); END $$", place) }
    }
    let active = """
      SELECT 1 AS one FROM pg_stat_activity WHERE datname = 'backup_held' AND pid <> pg_backend_pid() AND
      """
    while try await query(active + " wait_event = 'PgSleep'", place) == [] {}
    var runner = runner
    runner.capabilities.processes = try runner.realProcesses()
    let dumper = runner
    let dump = Task {
      await failure {
        try await dumper.run(DBBackupStep.self, ["connection": .string(place), "destination": "out/backup"])
      }
    }
    while try await query(active + " application_name = 'pg_dump' AND wait_event_type = 'Lock'", place) == []
    {}
    dump.cancel()
    #expect(await dump.value?.kind == .cancelled)
    holder.cancel()
    #expect(await holder.value == .cancelled)
    while try await query(active + " application_name = 'pg_dump'", place) != [] {}
    #expect(!runner.directory.contains("out/backup"))
  }

  @Test func `a database of MariaDB`() async throws {
    let server = try await ServedDatabase.mysql()
    let root = "mysql://\(server.authority)/"
    for name in ["backup_from", "backup_to"] { try await query("CREATE DATABASE \(name)", root + "tester") }
    try await query("CREATE TABLE t (id INT PRIMARY KEY, x TEXT, b BLOB)", root + "backup_from")
    try await query("INSERT INTO t VALUES (1, 'ä', x'00ff'), (2, NULL, NULL)", root + "backup_from")
    var runner = runner
    runner.capabilities.processes = try runner.realProcesses()
    let output = try await runner.run(
      DBBackupStep.self,
      ["connection": .string(root + "backup_from"), "destination": "out/backup", "compress": true])
    #expect(output["verified"] == true)
    try await run(
      "sh",
      [
        "-c",
        "gzip -dc out/backup | mariadb --no-defaults --protocol=tcp -h 127.0.0.1 -P \(server.port)"
          + " -u tester backup_to",
      ], ["MYSQL_PWD": ServedDatabase.password])
    let all = "SELECT * FROM t ORDER BY id"
    #expect(try await query(all, root + "backup_to") == (try await query(all, root + "backup_from")))
  }

  @Test func `everything that Redis holds`() async throws {
    let (from, to) = (try await ServedDatabase.startRedis(), try TemporaryDirectory())
    for number in 0..<200 {
      _ = try await runner.run(
        RedisSetStep.self,
        [
          "connection": .string("redis://\(from.authority)/\(number % 3)"), "key": "k\(number)",
          "value": .string(String(repeating: "v\(number)", count: 1000)),
        ])
    }
    let output = try await backUp("redis://\(from.authority)")
    #expect(output["sha256"]?.stringValue == (try await digest("out/backup")))
    try await run("cp", ["out/backup", to / "dump.rdb"])
    let port = try FreePort().number
    let restored = try TestProcess(
      "redis-server", ["--port", "\(port)", "--bind", "127.0.0.1", "--dir", to.path, "--save", ""])
    try await restored.waitForLine(containing: "eady to accept connections")
    for number in 0..<200 {
      let value = try await runner.run(
        RedisGetStep.self,
        ["connection": .string("redis://127.0.0.1:\(port)/\(number % 3)"), "key": "k\(number)"])["value"]
      #expect(value?.stringValue == String(repeating: "v\(number)", count: 1000))
    }
  }

  @Test(arguments: [("database_url", "destination"), ("source", "backup_path")])
  func `the connection and the file have other names`(connection: String, file: String) async throws {
    try await query("CREATE TABLE t (x)", "sqlite:a.db")
    let output = try await runner.run(
      DBBackupStep.self, [connection: "sqlite:a.db", file: "b.db"] as JSONObject)
    #expect(output["destination"] == "b.db")
  }

  @Test func `a server that is not there is told, and nothing is left`() async throws {
    let port = try FreePort().number
    let kinds = [
      ("postgresql", "/d", "Is the server running on that host and accepting TCP/IP connections?"),
      ("mysql", "/d", "check that it runs there and that host and port are right"),
      ("redis", "", "connection refused (111)"),
    ]
    for (kind, database, end) in kinds {
      let failed = await failure { try await backUp("\(kind)://u:hidden-one@127.0.0.1:\(port)\(database)") }
      #expect(failed?.message.hasSuffix(end) == true, "\(failed?.message ?? "")")
      #expect(failed?.message.contains("hidden-one") == false)
    }
    #expect(runner.directory.entries("out").isEmpty)
  }

  @Test func `a missing program and a wrong password are told, and nothing is left`() async throws {
    let server = try await ServedDatabase.postgres()
    var runner = runner
    runner.capabilities.processes = Processes(
      run: { _ throws(StepFailure) in throw StepFailure("never") },
      start: { _, _ throws(StepFailure) in throw StepFailure("never") },
      kill: { _, _ throws(StepFailure) in throw StepFailure("never") }, find: { _ in nil })
    let poor = runner
    func message(_ connection: String) async -> String? {
      await failure {
        try await poor.run(DBBackupStep.self, ["connection": .string(connection), "destination": "out/b"])
      }?.message
    }
    #expect(
      await message("postgresql://\(server.authority)/tester")
        == "back up postgresql://127.0.0.1:\(server.port)/tester: pg_dump is not on this host; "
        + "install postgresql-client")
    let wrong = await message("postgresql://tester:wr0ng-one@127.0.0.1:\(server.port)/tester")
    #expect(wrong?.contains("password authentication failed") == true)
    #expect(wrong?.contains("wr0ng-one") == false)
    let redis = try await ServedDatabase.redis()
    #expect(
      await message("redis://reader:s3cr3t-pass%2Fword@127.0.0.1:\(redis.port)")?
        .hasPrefix("back up redis://127.0.0.1:\(redis.port): NOPERM") == true)
    #expect(runner.directory.entries("out").isEmpty)
  }

  @Test(arguments: [
    ("{}", ["/connection: is required", "/destination: is required"]),
    (
      "{ connection: 'sqlite:a', destination: b, format: zip }",
      ["/format: expected one of \"custom\", \"plain\", not \"zip\""]
    ),
    (
      "{ connection: 'sqlite:a', destination: b, format: plain }",
      ["/format: is for PostgreSQL; leave it out for another database"]
    ),
    (
      "{ connection: 'mysql://h/d', destination: b, format: custom }",
      ["/format: is for PostgreSQL; leave it out for another database"]
    ),
    ("{ connection: 'postgresql://h/d', destination: b, format: custom }", []),
    ("{ connection: '{{ config.db }}', destination: b, format: custom }", []),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(DBBackupStep.self, parameters) == problems)
  }

  @Test func `a format is PostgreSQL's, be the database found by name`() async throws {
    var named = runner
    named.capabilities.databases = .live(named: ["stored": "mysql://127.0.0.1/stored"])
    let failure = await failure { [named] in
      try await named.run(
        DBBackupStep.self, ["connection": "stored", "destination": "out/b", "format": "plain"])
    }
    #expect(failure?.message == "format: is for PostgreSQL; leave it out for another database")
  }

  @Test func `the example runs`() async throws {
    try await query("CREATE TABLE t (x)", "sqlite:app.db")
    let output = try await runner.run(DBBackupStep.self, try StepRunner.example(DBBackupStep.self))
    #expect(output["backed_up"] == true)
  }
}
