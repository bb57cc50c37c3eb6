import Drivers
import Formats
import MissionModel
import MissionSteps
import Sandbox
import TestSupport
import Testing

/// The step redis_get: ways to a server, and what goes wrong on them.
@Suite struct RedisGetStepTests {
  private let runner: StepRunner
  private let server: ServedDatabase

  init() async throws {
    server = try await ServedDatabase.redis()
    runner = try StepRunner()
    try runner.directory.write(TestFile.text(at: server.certificate), to: "ca.pem")
  }

  private func get(_ connection: String, _ key: String = "none") async throws -> JSON {
    try await runner.run(RedisGetStep.self, ["connection": .string(connection), "key": .string(key)])
  }

  private func message(_ connection: String, _ key: String = "none") async -> String? {
    await failure { try await get(connection, key) }?.message
  }

  private static let nothing: JSON = ["key": "none", "value": nil, "exists": false, "ttl": nil]
  private static let password = "s3cr3t-pass%2Fword"

  @Test func `a key that is not there is no failure, on every way`() async throws {
    #expect(try await get("redis://\(server.authority)") == Self.nothing)
    #expect(try await get("redis://:\(Self.password)@localhost:\(server.port)/2") == Self.nothing)
    #expect(try await get("redis://reader:\(Self.password)@127.0.0.1:\(server.port)") == Self.nothing)
    #expect(
      try await get("unix://tester:\(Self.password)@\(server.folder)/r.sock?db=3") == Self.nothing)
    #expect(
      try await get("rediss://tester:\(Self.password)@127.0.0.1:\(server.tlsPort)/1?sslrootcert=ca.pem")
        == Self.nothing)
  }

  @Test func `a server whose certificate is not trusted gets no password`() async throws {
    #expect(
      await message("rediss://tester:\(Self.password)@127.0.0.1:\(server.tlsPort)")?
        .hasPrefix(
          "connect to redis://127.0.0.1:\(server.tlsPort): the server's certificate is not trusted: ") == true
    )
    #expect(
      await message("rediss://tester:\(Self.password)@localhost:\(server.tlsPort)?sslrootcert=ca.pem")
        == "connect to redis://localhost:\(server.tlsPort): the server's certificate is not trusted: "
        + "hostname mismatch")
  }

  @Test func `what the server refuses is told without the password`() async throws {
    let title = "redis://127.0.0.1:\(server.port)"
    #expect(
      await message("redis://tester:wr0ng-one@127.0.0.1:\(server.port)")
        == "connect to \(title): the user or the password is wrong")
    #expect(
      await message("redis://127.0.0.1:\(server.port)")
        == "ask \(title): NOAUTH Authentication required.")
    #expect(
      await message("redis://\(server.authority)/999")
        == "connect to \(title)/999: ERR DB index is out of range")
    let failed = await failure {
      try await runner.run(
        RedisSetStep.self,
        [
          "connection": .string("redis://reader:\(Self.password)@127.0.0.1:\(server.port)"), "key": "k",
          "value": "v",
        ])
    }
    #expect(failed?.message.contains("NOPERM") == true)
  }

  @Test func `a server that is not there, or is none, is told`() async throws {
    let port = try FreePort().number
    #expect(
      await message("redis://u:hidden-one@127.0.0.1:\(port)")
        == "connect to redis://127.0.0.1:\(port): connection refused (111)")
    let postgres = try await ServedDatabase.postgres()
    #expect(await message("redis://127.0.0.1:\(postgres.port)") != nil)
    var libraries = Databases.Libraries()
    libraries.tls = OpenSSL(lookup: .empty)
    var bare = runner
    bare.capabilities.databases = .live(libraries)
    let poor = bare
    let failed = await failure {
      try await poor.run(
        RedisGetStep.self,
        ["connection": .string("rediss://127.0.0.1:\(server.tlsPort)"), "key": "k"])
    }
    #expect(
      failed?.message
        == "connect to redis://127.0.0.1:\(server.tlsPort): libssl.so.3 is not on this host; install libssl3")
  }

  @Test func `a key of another type is a failure`() async throws {
    let lines = "AUTH \(ServedDatabase.password)\r\nRPUSH list 1\r\nSET bad \"\\xff\"\r\n"
    _ = try await TestProcess.run(
      "redis-cli", ["-p", "\(server.port)"], input: lines.replacing("\r\n", with: "\n"))
    #expect(
      await message("redis://\(server.authority)", "list")
        == "get list from redis://127.0.0.1:\(server.port): WRONGTYPE Operation against a key holding the "
        + "wrong kind of value")
    #expect(try await get("redis://\(server.authority)", "bad")["value"] == "/w==")
  }

  @Test func `a cancel ends the wait for a server that does not answer`() async throws {
    let own = try await ServedDatabase.startRedis()
    own.freeze(true)
    let task = Task { await failure { try await get("redis://\(own.authority)") } }
    task.cancel()
    #expect(await task.value == .cancelled)
  }

  @Test func `a server that goes away in the middle is told`() async throws {
    let own = try await ServedDatabase.startRedis()
    own.freeze(true)
    let waiting = Task { await message("redis://\(own.authority)") }
    own.kill()
    let told = await waiting.value ?? ""
    let title = "redis://127.0.0.1:\(own.port)"
    #expect(
      told.hasPrefix("the connection to \(title) broke: ") || told.hasPrefix("connect to \(title): "),
      "\(told)")
  }

  @Test(arguments: [
    ("{}", ["/key: is required"]),
    ("{ key: a, redis_url: 'sqlite:a' }", ["/connection: write it as redis://HOST:PORT/NUMBER, or a name"]),
    ("{ key: a, parse_json: 1 }", ["/parse_json: expected true or false, not 1"]),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(RedisGetStep.self, parameters) == problems)
  }

  @Test func `the example is right`() throws { _ = try StepRunner.example(RedisGetStep.self) }
}
