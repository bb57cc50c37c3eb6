import Drivers
import Formats
import MissionModel
import Posix

/// A MySQL or MariaDB server as steps use it.
struct MySQLLink: SQLLink {
  private let connection: MySQLConnection
  private let title: String

  /// Seconds until a connection must stand.
  private static let patience: UInt32 = 30

  /// Prepares a connection to an address that was judged.
  init(
    _ server: DatabaseServer, at address: SocketAddress, title: String, takesScripts: Bool,
    _ rule: AddressRule, _ library: MySQL
  ) throws(StepFailure) {
    self.title = title
    let tls = ServerLookup.tls(server, at: address)
    // Where the certificate must be for the name, the library looks it up itself: what it found is judged
    // once more, before anything is sent. Everywhere else it gets the address that was judged.
    let host = server.socket != nil ? "" : tls == .verifyAll ? server.host : address.host
    var place = MySQL.Place(host: host, port: server.port, user: server.user ?? "root")
    place.socket = server.socket
    place.password = server.password
    place.database = server.database
    place.takesScripts = takesScripts
    place.usesTLS = tls != .disable && tls != .prefer
    place.verifiesTLS = tls == .verifyAll
    if tls == .verifyAll || tls == .verifyAuthority { place.authority = ServerLookup.authority(server) }
    if tls == .verifyAll, server.socket == nil {
      place.judge = rule.asked(server.host, server.port).refusal
    }
    do throws(MySQLError) { connection = try library.connection(place) } catch {
      throw MySQLWords.failure(error, title, verb: "connect to")
    }
  }

  func open() throws(StepFailure) {
    do throws(MySQLError) { try connection.open(within: Self.patience) } catch {
      throw MySQLWords.failure(error, title, verb: "connect to")
    }
  }

  var columns: [DatabaseRows.Column] {
    connection.columns.map { DatabaseRows.Column(name: $0.name, type: MySQLTypes.name($0)) }
  }

  func begin(_ transaction: Bool, isReadOnly: Bool) throws(StepFailure) {
    if isReadOnly { try execute("SET SESSION TRANSACTION READ ONLY") }
    if transaction { try execute("START TRANSACTION") }
  }

  func execute(_ sql: String) throws(StepFailure) {
    try told { () throws(MySQLError) in try connection.execute(sql) }
  }

  func start(_ sql: String, _ values: [JSON]) throws(StepFailure) {
    try told(orSyntax: Self.hint(sql, values)) { () throws(MySQLError) in
      try connection.start(sql, values.map(MySQLTypes.bound))
    }
  }

  func next(_ count: Int) throws(StepFailure) -> [[JSON]] {
    try told { () throws(MySQLError) in
      var rows: [[JSON]] = []
      while rows.count < count, let row = try connection.next() {
        rows.append(zip(row, connection.columns).map { MySQLTypes.shown($0, $1) })
      }
      return rows
    }
  }

  func finish() throws(StepFailure) -> DatabaseRows.Effect {
    connection.stop()
    let id = Int64(exactly: connection.insertID)
    return DatabaseRows.Effect(rowsAffected: connection.affected, lastInsertID: id == 0 ? nil : id)
  }

  func interrupt() { connection.interrupt() }

  /// What is often wrong with a query that MySQL cannot read.
  private static func hint(_ sql: String, _ values: [JSON]) -> String {
    if !values.isEmpty, sql.contains("$1") { return "; the place of each value is a ?" }
    let rest = sql.drop { $0 != ";" }.dropFirst()
    return rest.contains { !$0.isWhitespace } ? "; a query is one statement; make a step for each" : ""
  }

  /// - Parameter hint: the way out where the syntax is wrong.
  private func told<Value>(
    orSyntax hint: String = "", _ body: () throws(MySQLError) -> Value
  ) throws(StepFailure) -> Value {
    do throws(MySQLError) { return try body() } catch {
      throw MySQLWords.failure(error, title, verb: "query", orSyntax: hint)
    }
  }
}

/// What MySQL's errors mean to the person who wrote the mission.
enum MySQLWords {
  /// How the library tells that a certificate by a known authority is for another host.
  private static let wrongName = "Validation of SSL server certificate failed"

  /// - Parameter hint: the way out where the syntax is wrong.
  static func failure(
    _ error: MySQLError, _ title: String, verb: String, orSyntax hint: String = ""
  ) -> StepFailure {
    switch error {
    case .library(let error): return StepFailure("connect to \(title): \(error)")
    case .cancelled: return .cancelled
    case .refused(let reason): return StepFailure(.denied, "\(verb) \(title): \(reason)")
    case .count: return StepFailure(.badParameters, "\(verb) \(title): \(error)")
    case .failed(let code, let message):
      switch code {
      // A column or the syntax.
      case 1054, 1064: return StepFailure("\(verb) \(title): \(message)\(hint)")
      case 1792: return StepFailure(.denied, "\(verb) \(title): read_only lets nothing change")
      case 1053, 2006, 2013:
        guard verb == "query" else {
          return StepFailure("\(verb) \(title): \(message); does MySQL answer at that port?")
        }
        return StepFailure("\(verb) \(title): the connection to the server broke: \(message)")
      case 2002, 2003:
        // The number that the library adds is of its wait, not of what ended it.
        return StepFailure(
          "\(verb) \(title): the server cannot be reached: \(message); check that it runs there and that host "
            + "and port are right")
      case 2026 where message.hasSuffix(wrongName):
        return StepFailure(
          "\(verb) \(title): the server's certificate is not for this host; name the host as its certificate "
            + "does, or add ?sslmode=verify-ca if that is meant")
      case 2026:
        return StepFailure(
          "\(verb) \(title): no TLS connection could be made: \(message); name the authority that signed the "
            + "certificate with sslrootcert, or add ?sslmode=disable to the connection if that is meant")
      default: return StepFailure("\(verb) \(title): \(message)")
      }
    }
  }
}
