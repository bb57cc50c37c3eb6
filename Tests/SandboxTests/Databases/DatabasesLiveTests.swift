import Formats
import MissionModel
import Posix
import SQLite
import TestSupport
import Testing

@testable import Sandbox

/// `Databases.live` and the conversions of `SQLiteValues`.
@Suite struct DatabasesLiveTests {
  private static func query(_ sql: String) -> DatabaseQuery {
    DatabaseQuery(
      place: .memory, title: "m", sql: sql, values: [], isReadOnly: false, isTransaction: true)
  }

  @Test func `rows come in pieces`() async throws {
    let rows = try await Databases.live().query(Self.query("VALUES (1), (2), (3)"))
    #expect(try await rows.next(2) == [[1], [2]])
    #expect(try await rows.next(2) == [[3]])
    #expect(try await rows.next(2) == [])
    #expect(try await rows.finish() == DatabaseRows.Effect(rowsAffected: 0, lastInsertID: nil))
  }

  @Test(arguments: [
    (SQLValue.integer(1), "BOOL", "true"), (.integer(2), "BOOLEAN", "2"), (.integer(1), "INT", "1"),
    (.text("{"), "json", #""{""#), (.text("[1]"), "json", "[1]"), (.text("[1]"), "TEXT", #""[1]""#),
    (.null, "", "null"), (.real(.infinity), "", #""inf""#), (.bytes([]), "", #""""#),
  ])
  func `values are shown as what they are`(value: SQLValue, type: String, shown: String) {
    #expect(SQLiteValues.shown(value, type: type).compact == shown)
  }

  @Test(
    arguments: [
      (5, "query m: another process holds the database locked; end its transaction, or retry"),
      (14, "query m: the file cannot be opened: words"), (1, "query m: words"),
    ] as [(Int32, String)])
  func `errors are told in words`(code: Int32, text: String) {
    let error = SQLiteError(code: code, message: "words", operation: "x")
    #expect(SQLiteValues.failure(error, "m").message == text)
  }

  @Test(arguments: [DatabaseServer.Kind.postgresql, .mysql, .redis])
  func `a server that the policy refuses is not connected to`(kind: DatabaseServer.Kind) async throws {
    let listening = try LoopbackServer { _ in .silence("") }
    let server = DatabaseServer(kind, host: "localhost", port: Int(listening.port))
    let databases = Databases.live(rule: AddressRule { _ in "it is not for you" })
    let query = DatabaseQuery(
      place: .server(server), title: "t", sql: "SELECT 1", values: [], isReadOnly: false, isTransaction: false
    )
    let refused = StepFailure(.denied, "connect to t: it is not for you")
    if kind == .redis {
      await #expect(throws: refused) { try await databases.redis(server, "t", []) }
      await #expect(throws: refused) { try await databases.redisDump(server, "t") }
    } else {
      await #expect(throws: refused) { try await databases.query(query) }
      await #expect(throws: refused) { try await databases.session(query.place, "t") }
    }
    #expect(listening.connections.value == 0)
  }

  @Test func `a name that leads elsewhere when MySQL's library looks it up hears nothing`() async throws {
    let listening = try await TalkativeServer(greeting: TalkativeServer.mysqlGreeting)
    var server = DatabaseServer(.mysql, host: "localhost", port: Int(listening.port))
    server.password = "secret"
    server.tls = .verifyAll
    let place = DatabaseQuery.Place.server(server)
    // The first questions are asked of what the name led to before.
    let known = NameLookup.addressesBlocking(of: "localhost", port: listening.port).count
    let asked = Observed(0)
    let rule = AddressRule { _ in
      asked.update { $0 += 1 }
      return asked.value <= known ? nil : "it is not for you"
    }
    await #expect(throws: StepFailure(.denied, "connect to t: it is not for you")) {
      try await Databases.live(rule: rule).session(place, "t")
    }
    #expect(try await listening.waitForEnd() == 0)
  }

  @Test(arguments: [
    ("/run/db/s.sock", true), ("/run/db", true), ("/run/link/s.sock", true), ("/run/db2/s.sock", false),
  ])
  func `a socket in a denied folder is not connected to`(path: String, isDenied: Bool) async {
    var policy = Policy()
    policy.deniedPaths = ["/run/db"]
    let judge = PolicyJudge(policy) { $0.replacing("/run/link", with: "/run/db") }
    var server = DatabaseServer(.redis, host: "", port: 0)
    server.socket = path
    let databases = Databases.live(rule: AddressRule(judge))
    let failed = await #expect(throws: StepFailure.self) { try await databases.redis(server, "t", []) }
    #expect((failed?.kind == .denied) == isDenied, "\(failed?.message ?? "")")
    #expect(
      failed?.message
        == (isDenied
          ? "connect to t: \(path) is denied by the rule \"/run/db\"; to allow it, take the rule out of "
            + "policy.paths.deny in missiond.yaml" : "connect to t: no such file or directory (2)"))
  }

  @Test func `a step that did not declare databases has none`() async throws {
    await #expect(
      throws: StepFailure(.denied, "query m: this step type did not declare that it uses databases")
    ) {
      try await Capabilities(databases: .live()).limited(to: .usesNetwork).databases.query(Self.query(""))
    }
  }
}
