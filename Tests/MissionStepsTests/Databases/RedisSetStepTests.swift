import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

/// The steps redis_set and redis_get against a server.
@Suite struct RedisSetStepTests {
  private let runner: StepRunner
  private let server: ServedDatabase

  init() async throws {
    server = try await ServedDatabase.redis()
    runner = try StepRunner()
  }

  private var connection: JSON { .string("redis://\(server.authority)/1") }

  @discardableResult
  private func set(_ key: String, _ value: JSON, _ rest: JSONObject = [:]) async throws -> JSON {
    var parameters: JSONObject = ["connection": connection, "key": .string(key), "value": value]
    for (name, member) in rest { parameters[name] = member }
    return try await runner.run(RedisSetStep.self, parameters)
  }

  private func get(_ key: String, _ rest: JSONObject = [:]) async throws -> JSON {
    var parameters: JSONObject = ["connection": connection, "key": .string(key)]
    for (name, member) in rest { parameters[name] = member }
    return try await runner.run(RedisGetStep.self, parameters)
  }

  @Test func `a key is set, and what it held before comes back`() async throws {
    #expect(try await set("s:1", "ä\r\n1") == ["key": "s:1", "set": true, "previous": nil])
    #expect(try await set("s:1", 2) == ["key": "s:1", "set": true, "previous": "ä\r\n1"])
    #expect(try await get("s:1") == ["key": "s:1", "value": "2", "exists": true, "ttl": nil])
    try await set("s:1", ["a": [1, nil]])
    #expect(try await get("s:1")["value"] == #"{"a":[1,null]}"#)
    #expect(try await get("s:1", ["parse_json": true])["value"] == ["a": [1, nil]])
  }

  @Test func `nx and xx say whether it was set`() async throws {
    #expect(try await set("n:1", "a", ["xx": true])["set"] == false)
    #expect(try await set("n:1", "a", ["nx": true])["set"] == true)
    #expect(try await set("n:1", "b", ["nx": true]) == ["key": "n:1", "set": false, "previous": "a"])
    #expect(try await set("n:1", "c", ["xx": true])["set"] == true)
  }

  @Test func `a key goes away after its ttl`() async throws {
    try await set("t:1", "a", ["ttl": 1000])
    let ttl = try await get("t:1")["ttl"]?.integerValue ?? 0
    #expect((990...1000).contains(ttl))
    try await set("t:1", "a")
    #expect(try await get("t:1")["ttl"] == JSON.null)
  }

  @Test(arguments: [
    ("{}", ["/key: is required", "/value: is required"]),
    ("{ key: a, value: 1, nx: true, xx: true }", ["/xx: excludes \"nx\"; keep one of them"]),
    (
      "{ key: a, value: 1, ttl: 0 }",
      ["/ttl: expected a whole number from 1 to 2147483647, not 0"]
    ),
    (
      "{ key: a, value: 1, redis_url: 'sqlite:a' }",
      ["/connection: write it as redis://HOST:PORT/NUMBER, or a name"]
    ),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(RedisSetStep.self, parameters) == problems)
  }

  @Test func `the example is right`() throws { _ = try StepRunner.example(RedisSetStep.self) }
}
