import Drivers
import Formats
import MissionModel
import Posix
import Testing

@testable import Sandbox

/// `PostgresTypes` and the sentences of `PostgresWords`.
@Suite struct PostgresTypesTests {
  @Test(
    arguments: [
      ("t", 16, "true"), ("9223372036854775807", 20, "9223372036854775807"), ("1e3", 701, "1000.0"),
      ("Infinity", 701, "\"Infinity\""), ("-0.10", 1700, "-0.1"), ("Infinity", 1700, "\"Infinity\""),
      ("\\x00", 17, "\"AA==\""), ("2026-01-02 03:04:05-03:30", 1184, "\"2026-01-02T03:04:05-03:30\""),
      ("0044-03-15 00:00:00 BC", 1114, "\"0044-03-15 00:00:00 BC\""), ("[0:1]={1,2}", 1007, "[1,2]"),
      ("{{t},{NULL}}", 1000, "[[true],[null]]"), ("{\"\",\"\\\\\"}", 1009, "[\"\",\"\\\\\"]"),
      ("broken", 1007, "\"broken\""), ("{1", 1007, "\"{1\""), ("words", 99999, "\"words\""),
      ("{", 3802, "\"{\""),
    ] as [(String, UInt32, String)])
  func `values are shown as what they are`(text: String, type: UInt32, shown: String) {
    #expect(PostgresTypes.shown(Array(text.utf8), type: type).compact == shown)
  }

  @Test(
    arguments: [
      (nil, 25, nil), (true, 16, "true"), (["a": 1], 3802, "{\"a\":1}"),
      ([1, nil, [2]], 1007, "{\"1\",NULL,{\"2\"}}"),
      ([1], 3802, "[1]"), ("plain", 114, "\"plain\""), ("[1]", 114, "[1]"), ("x", 25, "x"),
    ] as [(JSON, UInt32, String?)])
  func `values are bound as the server reads them`(value: JSON, type: UInt32, text: String?) {
    #expect(PostgresTypes.bound(value, type: type) == text)
  }

  @Test func `types have the database's names`() {
    #expect([23, 1007, 4711].map(PostgresTypes.name) == ["integer", "integer[]", "oid 4711"])
  }

  @Test(
    arguments: [
      (.timedOut, "connect to m: the server did not answer within 30 seconds"),
      (.connect("a: FATAL:  words\n\tmore\n"), "connect to m: words; more"),
      (.lost("words\n"), "query m: the connection to the server broke: words"),
      (
        .connect("server does not support SSL, but SSL was required"),
        "connect to m: server does not support SSL, but SSL was required; add ?sslmode=disable to the "
          + "connection if that is meant"
      ),
      (.server(state: "42P01", message: "a", detail: "b", hint: "c"), "query m: a; b; c"),
      (.server(state: "57P01", message: "bye", detail: nil, hint: nil), "query m: the server went away: bye"),
    ] as [(PostgresError, String)])
  func `errors are told in words`(error: PostgresError, text: String) {
    #expect(PostgresWords.failure(error, "m").message == text)
  }

  @Test func `TLS is verified unless the server is this host`() throws {
    var server = DatabaseServer(.postgresql, host: "h", port: 1)
    let here = try #require(SocketAddress("127.0.0.1:1"))
    let there = try #require(SocketAddress("192.0.2.1:1"))
    #expect(ServerLookup.tls(server, at: here) == .prefer)
    #expect(ServerLookup.tls(server, at: there) == .verifyAll)
    server.tls = .require
    #expect(ServerLookup.tls(server, at: there) == .require)
    #expect(ServerLookup.authority(server) == "/etc/ssl/certs/ca-certificates.crt")
  }
}
