import Drivers
import Formats
import MissionModel
import Posix

/// A PostgreSQL server as steps use it.
// The connection is used by one caller at a time, as the protocol says; `known` is written by `start` alone,
// which comes before its readers: hence unchecked.
final class PostgresLink: SQLLink, @unchecked Sendable {
  private let connection: PostgresConnection
  private let title: String
  private var known: [UInt32] = []

  /// Most time until a connection stands.
  private static let patience: Duration = .seconds(30)

  /// Prepares a connection to an address that was judged. Nothing but these few keys goes to libpq: its
  /// files and variables could name others.
  init(
    _ server: DatabaseServer, at address: SocketAddress, title: String, _ library: Postgres
  ) throws(StepFailure) {
    self.title = title
    let tls = ServerLookup.tls(server, at: address)
    var keywords = [(key: String, value: String)]()
    if let socket = server.socket {
      keywords.append(("host", socket))
    } else {
      keywords += [("host", server.host), ("hostaddr", address.host)]
    }
    keywords += [
      ("port", "\(server.port)"), ("user", server.user ?? "postgres"),
      ("dbname", server.database ?? server.user ?? "postgres"), ("sslmode", tls.rawValue),
      ("client_encoding", "UTF8"), ("application_name", "missiond"), ("gssencmode", "disable"),
      // No such file: neither the daemon's own password file nor its certificate goes with a mission.
      ("passfile", "/nonexistent/missiond"), ("sslcert", "/nonexistent/missiond"),
      ("sslkey", "/nonexistent/missiond"),
    ]
    if let password = server.password { keywords.append(("password", password)) }
    if tls == .verifyAll || tls == .verifyAuthority {
      keywords.append(("sslrootcert", ServerLookup.authority(server)))
    }
    do throws(PostgresError) { connection = try library.connection(keywords) } catch {
      throw PostgresWords.failure(error, title)
    }
  }

  func open() throws(StepFailure) {
    try told { () throws(PostgresError) in
      try connection.open(within: Self.patience)
      try connection.execute("SET DateStyle = ISO; SET IntervalStyle = iso_8601; SET bytea_output = hex")
    }
  }

  var columns: [DatabaseRows.Column] {
    connection.columns.map { DatabaseRows.Column(name: $0.name, type: PostgresTypes.name($0.type)) }
  }

  func begin(_ transaction: Bool, isReadOnly: Bool) throws(StepFailure) {
    if transaction {
      try execute(isReadOnly ? "BEGIN READ ONLY" : "BEGIN")
    } else if isReadOnly {
      try execute("SET default_transaction_read_only = on")
    }
  }

  func execute(_ sql: String) throws(StepFailure) {
    try told { () throws(PostgresError) in try connection.execute(sql) }
  }

  func start(_ sql: String, _ values: [JSON]) throws(StepFailure) {
    let hint = values.isEmpty || !sql.contains("?") ? "" : "; the places of values are $1, $2 and so on"
    try told(orSyntax: hint) { () throws(PostgresError) in
      let types = try connection.prepare(sql)
      guard types.count == values.count else {
        throw PostgresError.count(wanted: types.count, given: values.count)
      }
      known = connection.columns.map(\.type)
      try connection.run(zip(values, types).map { PostgresTypes.bound($0, type: $1) })
    }
  }

  func next(_ count: Int) throws(StepFailure) -> [[JSON]] {
    try told { () throws(PostgresError) in
      var rows: [[JSON]] = []
      while rows.count < count, let row = try connection.next() {
        rows.append(
          zip(row, known).map { $0.map { [type = $1] in PostgresTypes.shown($0, type: type) } ?? .null })
      }
      return rows
    }
  }

  func finish() throws(StepFailure) -> DatabaseRows.Effect {
    try told { () throws(PostgresError) in
      try connection.stop()
      return DatabaseRows.Effect(
        rowsAffected: known.isEmpty ? connection.affected : 0, lastInsertID: nil)
    }
  }

  func interrupt() { connection.interrupt() }

  /// - Parameter hint: the way out where the syntax is wrong.
  private func told<Value>(
    orSyntax hint: String = "", _ body: () throws(PostgresError) -> Value
  ) throws(StepFailure) -> Value {
    do throws(PostgresError) { return try body() } catch {
      throw PostgresWords.failure(error, title, orSyntax: hint)
    }
  }
}

/// What PostgreSQL's errors mean to the person who wrote the mission.
enum PostgresWords {
  /// - Parameter hint: the way out where the syntax is wrong.
  static func failure(_ error: PostgresError, _ title: String, orSyntax hint: String = "") -> StepFailure {
    switch error {
    case .library(let error): return StepFailure("connect to \(title): \(error)")
    case .cancelled: return .cancelled
    case .timedOut: return StepFailure("connect to \(title): the server did not answer within 30 seconds")
    case .connect(let message): return StepFailure("connect to \(title): \(plain(message))")
    case .lost(let message):
      return StepFailure("query \(title): the connection to the server broke: \(plain(message))")
    case .count:
      return StepFailure(.badParameters, "query \(title): \(error)")
    case .server(let state, let message, let detail, let advice):
      let text = "query \(title): " + ([message, detail, advice].compactMap { $0 }.joined(separator: "; "))
      if state == "25006" {
        return StepFailure(.denied, "query \(title): \(message); read_only lets nothing change")
      }
      if ["57P01", "57P02", "57P03"].contains(state) {
        return StepFailure("query \(title): the server went away: \(message)")
      }
      if state == "42601", message.contains("multiple commands") {
        return StepFailure(.badParameters, "query \(title): a query is one statement; make a step for each")
      }
      return StepFailure(text + (state == "42601" ? hint : ""))
    }
  }

  /// The library's words in one line, without its own beginnings.
  private static func plain(_ message: String) -> String {
    let lines = message.split(separator: "\n").map { line -> Substring in
      var line = line.drop { $0 == " " || $0 == "\t" }
      for beginning in ["FATAL:  ", "ERROR:  "] {
        if let range = line.firstRange(of: beginning) { line = line[range.upperBound...] }
      }
      return line
    }
    var text = lines.joined(separator: "; ")
    if text.contains("server does not support SSL") {
      text += "; add ?sslmode=disable to the connection if that is meant"
    }
    return text
  }
}
