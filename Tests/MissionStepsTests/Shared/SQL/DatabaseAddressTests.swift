import MissionModel
import MissionSteps
import Testing

@Suite struct DatabaseAddressTests {
  @Test(
    arguments: [
      ("sqlite:a.db", .file("a.db")), ("sqlite:///a/b", .file("/a/b")), ("SQLite3://a", .file("a")),
      ("sqlite::memory:", .memory), ("sales", .name("sales")),
    ] as [(String, DatabaseAddress)])
  func `a connection says where the database is`(text: String, address: DatabaseAddress) throws {
    #expect(try DatabaseAddress(text) == address)
  }

  private static func server(_ text: String) throws -> DatabaseServer {
    guard case .server(let server) = try DatabaseAddress(text) else { throw StepFailure("no server") }
    return server
  }

  @Test(arguments: [
    ("postgresql://h", "postgresql://h:5432"), ("postgres://u:p%40@h:1/d", "postgresql://h:1/d"),
    ("postgresql://[::1]:2/d", "postgresql://[::1]:2/d"), ("mysql:///d", "mysql://localhost:3306/d"),
    ("mariadb://u@h/d?port=7", "mysql://h:7/d"), ("redis://h/3", "redis://h:6379/3"),
    ("postgresql:///d?host=/run/p", "postgresql:///run/p/d"),
    ("unix:///run/r.sock?db=2", "redis:///run/r.sock/2"),
    ("postgresql://%2Frun%2Fp/d", "postgresql:///run/p/d"),
  ])
  func `a server is shown without user and password`(text: String, shown: String) throws {
    #expect(try Self.server(text).shown == shown)
  }

  @Test func `user, password and options are decoded`() throws {
    let server = try Self.server("postgresql://a%20b:p%40%2F:x@h/d?sslmode=verify-full&sslrootcert=ca.pem")
    #expect(server.user == "a b")
    #expect(server.password == "p@/:x")
    #expect(server.tls == .verifyAll)
    #expect(server.authority == "ca.pem")
    #expect(try Self.server("rediss://h").tls == .verifyAll)
  }

  @Test(arguments: [
    ("postgresql:h", "has no // after postgresql:"),
    ("postgresql://h:x/d", "has a port that is no number from 1 to 65535"),
    (
      "postgresql://h/d?sslmode=maybe",
      "has an sslmode that is none of disable, prefer, require, verify-ca, verify-full"
    ),
    (
      "postgresql://h/d?options=-c",
      "has an option that is none of host, port, dbname, user, password, sslmode, sslrootcert, socket"
    ),
    (
      "postgresql://h/d?hostaddr=169.254.169.254",
      "has an option that is none of host, port, dbname, user, password, sslmode, sslrootcert, socket"
    ),
    ("redis://h/x", "has a database that is no number"),
    ("postgresql://u:%zz@h", "has a % that is not followed by two digits"),
    ("postgresql://u:%00@h", "holds a zero byte"),
  ])
  func `what cannot be is told without showing it`(text: String, message: String) {
    #expect(throws: StepFailure(.badParameters, message)) { try DatabaseAddress(text) }
  }
}
