import Drivers
import Formats
import MissionModel
import MissionSteps
import Sandbox
import TestSupport
import Testing

/// The db_migrate step, its `MigrationTable` on every kind of database.
@Suite struct DBMigrateStepTests {
  /// Kinds of database, each with a place of its own for a test.
  enum Kind: String, CaseIterable, Sendable { case sqlite, postgresql, mysql }

  private let runner: StepRunner

  init() throws { runner = try StepRunner() }

  /// A connection to a database in which nothing is.
  private func connection(_ kind: Kind, _ name: String) async throws -> String {
    let server: ServedDatabase
    switch kind {
    case .sqlite: return "sqlite:\(name).db"
    case .postgresql: server = try await .postgres()
    case .mysql: server = try await .mysql()
    }
    let root = "\(kind.rawValue)://\(server.authority)/"
    _ = try await query("CREATE DATABASE \(name)", root + "tester")
    return root + name
  }

  @discardableResult
  private func query(_ sql: String, _ connection: String) async throws -> JSON {
    try await runner.run(
      SQLQueryStep.self, ["connection": .string(connection), "query": .string(sql), "transaction": false]
    )["rows"] ?? .null
  }

  private func migrate(_ connection: String, _ rest: JSONObject = [:]) async throws -> JSON {
    var parameters: JSONObject = ["connection": .string(connection)]
    for (key, value) in rest { parameters[key] = value }
    return try await runner.run(DBMigrateStep.self, parameters)
  }

  private func write(_ files: [String: String]) throws {
    for (name, text) in files { try runner.directory.write(text, to: "migrations/\(name)") }
  }

  @Test(arguments: Kind.allCases) func `migrations go in once, in order, and back`(kind: Kind) async throws {
    let place = try await connection(kind, "in_order")
    try write([
      "001_users.up.sql": "CREATE TABLE users (id INT PRIMARY KEY); INSERT INTO users VALUES (1);",
      "001_users.down.sql": "DROP TABLE users;",
      "002_more.sql":
        "-- a comment; with a semicolon\nINSERT INTO users VALUES (2); INSERT INTO users VALUES (3)",
      "002_more.down.sql": "DELETE FROM users WHERE id > 1",
    ])
    #expect(
      try await migrate(place, ["dry_run": true])
        == ["applied": [], "pending": ["001_users", "002_more"], "version": nil])
    #expect(
      try await migrate(place, ["target": 1])
        == ["applied": ["001_users"], "pending": ["002_more"], "version": 1])
    #expect(try await migrate(place) == ["applied": ["002_more"], "pending": [], "version": 2])
    #expect(try await migrate(place) == ["applied": [], "pending": [], "version": 2])
    #expect(try await query("SELECT id FROM users ORDER BY id", place) == [["id": 1], ["id": 2], ["id": 3]])
    #expect(
      try await migrate(place, ["direction": "down"])
        == ["applied": ["002_more"], "pending": ["002_more"], "version": 1])
    #expect(try await query("SELECT id FROM users", place) == [["id": 1]])
    #expect(
      try await migrate(place, ["direction": "down", "target": 0])
        == ["applied": ["001_users"], "pending": ["001_users", "002_more"], "version": nil])
    #expect(await failure { try await query("SELECT id FROM users", place) } != nil)
  }

  @Test(arguments: Kind.allCases)
  func `a failure in the middle says what went in and what was rolled back`(kind: Kind) async throws {
    let place = try await connection(kind, "in_the_middle")
    try write([
      "1_a.sql": "CREATE TABLE a (id INT PRIMARY KEY)",
      "2_b.sql": "INSERT INTO a VALUES (1); INSERT INTO a VALUES (1)",
      "3_c.sql": "CREATE TABLE c (id INT)",
    ])
    let failed = await failure { try await migrate(place) }
    let message = failed?.message ?? ""
    #expect(message.contains(": 2_b.sql: "))
    #expect(
      message.hasSuffix(
        kind == .mysql
          ? "; MySQL rolls back no changes of tables, so look which of its statements happened; "
            + "before it 1_a went in" : "; it was rolled back; before it 1_a went in"), "\(message)")
    #expect(failed?.output == ["applied": ["1_a"], "pending": ["2_b", "3_c"], "version": 1])
    #expect(!message.contains("s3cr3t"))
    #expect(try await query("SELECT count(*) AS n FROM a", place) == [["n": 0]])
    try write(["2_b.sql": "INSERT INTO a VALUES (1)"])
    #expect(try await migrate(place)["applied"] == ["2_b", "3_c"])
  }

  @Test(arguments: Kind.allCases) func `an edited migration is noticed`(kind: Kind) async throws {
    let place = try await connection(kind, "edited")
    try write(["1_a.sql": "CREATE TABLE a (id INT)"])
    _ = try await migrate(place)
    try write(["1_a.sql": "CREATE TABLE a (id BIGINT)", "2_b.sql": "CREATE TABLE b (id INT)"])
    #expect(
      await failure { try await migrate(place) }?.message.hasSuffix(
        ": 1_a was changed after it was applied; undo the change, and make a new migration for it") == true)
    #expect(await failure { try await query("SELECT 1 FROM b", place) } != nil)
  }

  @Test(arguments: Kind.allCases) func `two migrators at once apply each migration once`(kind: Kind)
    async throws
  {
    let place = try await connection(kind, "at_once")
    var files: [String: String] = ["1_a.sql": "CREATE TABLE a (id INT)"]
    for number in 2...8 { files["\(number)_x.sql"] = "INSERT INTO a VALUES (\(number))" }
    try write(files)
    async let first = migrate(place)
    async let second = migrate(place)
    let outputs = try await [first, second]
    #expect(outputs.allSatisfy { $0["version"] == 8 })
    #expect(outputs.reduce(0) { $0 + ($1["applied"]?.arrayValue?.count ?? 0) } == 8)
    #expect(try await query("SELECT count(*) AS n FROM a", place) == [["n": 7]])
  }

  @Test func `a cancel ends the migration at the server too, and leaves nothing of it`() async throws {
    let place = try await connection(.postgresql, "left_halfway")
    try write(["001_slow.sql": "CREATE TABLE halfway (id int); SELECT pg_sleep(300) AS slow_migration;"])
    let task = Task { await failure { try await migrate(place) } }
    let active = """
      SELECT pid FROM pg_stat_activity
      WHERE state = 'active' AND query LIKE '%slow\\_migration%' AND pid <> pg_backend_pid()
      """
    while try await query(active, place) == [] {}
    task.cancel()
    #expect(await task.value == .cancelled)
    while try await query(active, place) != [] {}
    #expect(try await query("SELECT to_regclass('halfway') IS NULL AS gone", place) == [["gone": true]])
    // Nothing holds the lock any more.
    try write(["001_slow.sql": "CREATE TABLE halfway (id int);"])
    #expect(try await migrate(place)["applied"] == ["001_slow"])
  }

  @Test func `a server that is not there, a wrong password and a missing library are told`() async throws {
    let server = try await ServedDatabase.postgres()
    try write(["1_a.sql": "CREATE TABLE never (id INT)"])
    let port = try FreePort().number
    #expect(
      await failure { try await migrate("postgresql://u:hidden-one@127.0.0.1:\(port)/d") }?.message
        .contains("Connection refused; Is the server running on that host") == true)
    let wrong = await failure {
      try await migrate("postgresql://tester:wr0ng-one@127.0.0.1:\(server.port)/tester")
    }
    #expect(wrong?.message.contains("password authentication failed") == true, "\(wrong?.message ?? "")")
    #expect(wrong?.message.contains("wr0ng-one") == false)
    var libraries = Databases.Libraries()
    (libraries.postgres, libraries.mysql) = (Postgres(lookup: .empty), MySQL(lookup: .empty))
    var bare = runner
    bare.capabilities.databases = .live(libraries)
    let poor = bare
    for (kind, library) in [
      ("postgresql", "libpq.so.5 is not on this host; install libpq5"),
      ("mysql", "libmariadb.so.3 is not on this host; install libmariadb3"),
    ] {
      let failed = await failure {
        try await poor.run(
          DBMigrateStep.self, ["database_url": .string("\(kind)://127.0.0.1:\(server.port)/tester")])
      }
      #expect(failed?.message == "connect to \(kind)://127.0.0.1:\(server.port)/tester: \(library)")
    }
  }

  @Test func `a server that goes away in the middle is told, and the next attempt goes on`() async throws {
    let place = try await connection(.postgresql, "went_away")
    try write(["1_a.sql": "CREATE TABLE a (id INT)", "2_b.sql": "SELECT pg_sleep(300) AS killed_migration"])
    let task = Task { await failure { try await migrate(place) } }
    let end = """
      SELECT pg_terminate_backend(pid) AS done FROM pg_stat_activity
      WHERE state = 'active' AND query LIKE '%killed\\_migration%' AND pid <> pg_backend_pid()
      """
    while try await query(end, place) == [] {}
    let failed = await task.value
    #expect(failed?.message.contains("the server went away") == true, "\(failed?.message ?? "")")
    try write(["2_b.sql": "CREATE TABLE b (id INT)"])
    #expect(try await migrate(place) == ["applied": ["2_b"], "pending": [], "version": 2])
  }

  @Test(arguments: ["migration_dir", "migration_path"])
  func `the folder has two names`(name: String) async throws {
    try runner.directory.write("CREATE TABLE a (id INT)", to: "sql/1_a.sql")
    let output = try await runner.run(
      DBMigrateStep.self, ["database_url": "sqlite:a.db", name: "sql"] as JSONObject)
    #expect(output["applied"] == ["1_a"])
  }

  @Test func `what is wrong with the folder is told`() async throws {
    #expect(
      await failure { try await migrate("sqlite:a.db") }?.message
        == "list migrations: no such file or directory (2)")
    try write(["x.sql": ""])
    #expect(
      await failure { try await migrate("sqlite:a.db") }?.message
        == "read x.sql: its name does not begin with a number from 1, such as 001_name.sql")
  }

  @Test(arguments: [
    ("{}", ["/connection: is required"]),
    ("{ connection: 'redis://h' }", ["/connection: Redis takes no SQL"]),
    (
      "{ connection: 'sqlite:a', target: -1 }",
      ["/target: expected a whole number of at least 0, not -1"]
    ),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(DBMigrateStep.self, parameters) == problems)
  }

  @Test func `the example runs`() async throws {
    try write(["1_a.sql": "CREATE TABLE a (id INT)"])
    let output = try await runner.run(DBMigrateStep.self, try StepRunner.example(DBMigrateStep.self))
    #expect(output["version"] == 1)
  }
}
