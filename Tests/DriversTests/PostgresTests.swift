import Testing

@testable import Drivers

/// `Postgres` without a server; the step types' tests have one.
@Suite struct PostgresTests {
  private static let keywords = [
    (key: "host", value: "127.0.0.1"), (key: "port", value: "1"), (key: "user", value: "u"),
  ]

  @Test func `a missing library names its package`() {
    #expect(
      throws: PostgresError.library(
        .missing(
          library: "libpq.so.5", package: "libpq5",
          reason: "libpq.so.5: cannot open shared object file: No such file or directory"))
    ) {
      _ = try Postgres(lookup: .empty).connection([])
    }
  }

  @Test func `a server that is not there is an error of the library`() throws {
    let connection: PostgresConnection = try Postgres.host.connection(Self.keywords)
    let error = #expect(throws: PostgresError.self) { try connection.open(within: .seconds(5)) }
    #expect(error?.description.contains("Connection refused") == true)
  }

  @Test func `what was interrupted does not connect`() throws {
    let connection = try Postgres.host.connection(Self.keywords)
    connection.interrupt()
    #expect(throws: PostgresError.self) { try connection.open(within: .seconds(5)) }
  }
}
