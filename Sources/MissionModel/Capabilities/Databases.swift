package import Formats

/// Lets a step speak to databases. The address that is really connected to is judged, after its name was
/// looked up, so that no name leads around the policy (contract §9).
package struct Databases: Sendable {
  /// Runs a query up to its first rows.
  package var query: @Sendable (_ query: DatabaseQuery) async throws(StepFailure) -> DatabaseRows
  /// Opens a connection for several statements.
  package var session:
    @Sendable (_ place: DatabaseQuery.Place, _ title: String) async throws(StepFailure) -> DatabaseSession
  /// Sends commands to Redis one after the other over one connection, and gives an answer for each.
  package var redis:
    @Sendable (_ server: DatabaseServer, _ title: String, _ commands: [[[UInt8]]]) async throws(StepFailure)
      -> [RedisReply]
  /// Copies a file of SQLite while others use it, and checks the copy.
  package var copy:
    @Sendable (_ source: HeldPath, _ title: String, _ destination: HeldPath) async throws(StepFailure) -> Void
  /// Asks Redis for all that it holds: the bytes of a dump, piece by piece, none at the end.
  package var redisDump:
    @Sendable (_ server: DatabaseServer, _ title: String) async throws(StepFailure)
      -> @Sendable () async throws(StepFailure) -> [UInt8]
  /// The connection strings that the configuration gives names.
  package var named: [String: String]

  /// Makes the capability of its closures.
  package init(
    named: [String: String] = [:],
    query: @escaping @Sendable (DatabaseQuery) async throws(StepFailure) -> DatabaseRows,
    session: @escaping @Sendable (DatabaseQuery.Place, String) async throws(StepFailure) -> DatabaseSession,
    redis:
      @escaping @Sendable (DatabaseServer, String, [[[UInt8]]]) async throws(StepFailure) -> [RedisReply],
    copy: @escaping @Sendable (HeldPath, String, HeldPath) async throws(StepFailure) -> Void,
    redisDump:
      @escaping @Sendable (DatabaseServer, String) async throws(StepFailure)
      -> @Sendable () async throws(StepFailure) -> [UInt8]
  ) {
    self.named = named
    self.query = query
    self.session = session
    self.redis = redis
    self.copy = copy
    self.redisDump = redisDump
  }

  /// Refuses everything: what a step gets that did not declare `usesDatabases`.
  package static let denied = Databases(
    query: { query throws(StepFailure) in throw refusal("query \(query.title)") },
    session: { _, title throws(StepFailure) in throw refusal("open \(title)") },
    redis: { _, title, _ throws(StepFailure) in throw refusal("ask \(title)") },
    copy: { _, title, _ throws(StepFailure) in throw refusal("back up \(title)") },
    redisDump: { _, title throws(StepFailure) in throw refusal("back up \(title)") })

  private static func refusal(_ what: String) -> StepFailure {
    StepFailure(.denied, "\(what): this step type did not declare that it uses databases")
  }
}

/// A connection that is open for several statements. What was begun and not committed is rolled back when
/// nobody holds it.
package struct DatabaseSession: Sendable {
  /// Runs statements without values; rows are dropped.
  package let execute: @Sendable (_ sql: String) async throws(StepFailure) -> Void
  /// Runs one statement and gives all of its rows, which are few.
  package let rows: @Sendable (_ sql: String, _ values: [JSON]) async throws(StepFailure) -> [[JSON]]

  /// Makes a session of its closures.
  package init(
    execute: @escaping @Sendable (String) async throws(StepFailure) -> Void,
    rows: @escaping @Sendable (String, [JSON]) async throws(StepFailure) -> [[JSON]]
  ) {
    self.execute = execute
    self.rows = rows
  }
}

/// SQL, and where it goes.
package struct DatabaseQuery: Sendable {
  /// A database that a query can go to.
  package enum Place: Sendable {
    /// A file of SQLite that was judged.
    case file(HeldPath)
    /// A database of SQLite that goes with the query.
    case memory
    case server(DatabaseServer)
  }

  package var place: Place
  /// What messages call the database; never with a password.
  package var title: String
  package var sql: String
  /// Bound, never pasted.
  package var values: [JSON]
  package var isReadOnly: Bool
  /// All of it happens or nothing.
  package var isTransaction: Bool

  /// Makes a query.
  package init(
    place: Place, title: String, sql: String, values: [JSON], isReadOnly: Bool, isTransaction: Bool
  ) {
    self.place = place
    self.title = title
    self.sql = sql
    self.values = values
    self.isReadOnly = isReadOnly
    self.isTransaction = isTransaction
  }
}

/// What a query gives, row by row. What was not finished is rolled back.
package struct DatabaseRows: Sendable {
  /// A column: its name, and its type in the database's words, empty where it has none.
  package struct Column: Sendable, Equatable {
    package var name: String
    package var type: String

    /// Names a column.
    package init(name: String, type: String) {
      self.name = name
      self.type = type
    }
  }

  /// What a query did.
  package struct Effect: Sendable, Equatable {
    package var rowsAffected: Int64
    /// Nil where nothing was inserted.
    package var lastInsertID: Int64?

    /// Makes a result.
    package init(rowsAffected: Int64, lastInsertID: Int64?) {
      self.rowsAffected = rowsAffected
      self.lastInsertID = lastInsertID
    }
  }

  package let columns: [Column]
  /// Up to so many of the next rows; fewer only at the end.
  package let next: @Sendable (_ count: Int) async throws(StepFailure) -> [[JSON]]
  /// Drops the rows that are left, and makes what was done last.
  package let finish: @Sendable () async throws(StepFailure) -> Effect

  /// Makes rows of their closures.
  package init(
    columns: [Column], next: @escaping @Sendable (Int) async throws(StepFailure) -> [[JSON]],
    finish: @escaping @Sendable () async throws(StepFailure) -> Effect
  ) {
    self.columns = columns
    self.next = next
    self.finish = finish
  }
}
