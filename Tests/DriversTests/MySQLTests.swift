import Testing

@testable import Drivers

/// `MySQL` without a server; the step types' tests have one.
@Suite struct MySQLTests {
  @Test func `a missing library names its package`() {
    let error = #expect(throws: MySQLError.self) {
      _ = try MySQL(lookup: .empty).connection(MySQL.Place(host: "127.0.0.1", port: 1, user: "u"))
    }
    #expect(error?.description == "libmariadb.so.3 is not on this host; install libmariadb3")
  }

  @Test func `a server that is not there is an error of the library`() throws {
    let connection: MySQLConnection = try MySQL.host.connection(
      MySQL.Place(host: "127.0.0.1", port: 1, user: "u"))
    let error = #expect(throws: MySQLError.self) { try connection.open(within: 5) }
    #expect(error?.description.hasPrefix("Can't connect to server on '127.0.0.1'") == true)
  }

  @Test func `a binding says where its value is`() {
    let row = MySQLBinding.Row(count: 2)
    row.bind(1, .string, capacity: 3, bytes: [1, 2, 3])
    #expect(row.capacity(1) == 3)
    #expect(row.lengths[1] == 3)
    #expect(row.memory(1)?.load(as: UInt8.self) == 1)
    #expect(row.memory(0) == nil)
  }
}
