package import Drivers
import Formats
package import MissionModel
import Posix

extension Databases {
  /// The libraries of the host that speak to servers.
  package struct Libraries: Sendable {
    package var postgres = Postgres.host
    package var mysql = MySQL.host
    package var tls = OpenSSL.host

    /// The host's.
    package init() {}
  }

  /// Databases of SQLite through the linked library, servers through those of the host, at the addresses
  /// that `rule` lets pass. SQL of SQLite reaches other files inside of `roots` alone, and none without.
  package static func live(
    named: [String: String] = [:], _ libraries: Libraries = Libraries(), rule: AddressRule = .standard,
    roots: WorkspaceRoots? = nil
  ) -> Databases {
    @Sendable func open(
      _ place: DatabaseQuery.Place, _ title: String, isReadOnly: Bool, takesScripts: Bool
    ) async throws(StepFailure) -> any SQLLink {
      switch place {
      case .file, .memory:
        return try await BlockingWork.clients.run { () throws(StepFailure) in
          try SQLiteLink(place, title: title, isReadOnly: isReadOnly, roots: roots)
        }
      case .server(let server):
        return try await connect(server, title, libraries, rule, takesScripts: takesScripts)
      }
    }
    return Databases(
      named: named,
      query: { query throws(StepFailure) in
        let link = try await open(query.place, query.title, isReadOnly: query.isReadOnly, takesScripts: false)
        return try await run(query, on: link)
      },
      session: { place, title throws(StepFailure) in
        let link = try await open(place, title, isReadOnly: false, takesScripts: true)
        return DatabaseSession { sql throws(StepFailure) in
          try await blocking(link) { () throws(StepFailure) in try link.execute(sql) }
        } rows: { sql, values throws(StepFailure) in
          try await blocking(link) { () throws(StepFailure) in
            try link.start(sql, values)
            let rows = try link.next(Int.max)
            _ = try link.finish()
            return rows
          }
        }
      },
      redis: { server, title, commands throws(StepFailure) in
        let connection = try await RedisConnection.open(server, title, libraries.tls, rule)
        return try await connection.run { () throws(StepFailure) in
          var replies: [RedisReply] = []
          for words in commands { replies.append(try connection.command(words)) }
          return replies
        }
      },
      copy: { source, title, destination throws(StepFailure) in
        try await SQLiteCopy.run(source, title, destination)
      },
      redisDump: { server, title throws(StepFailure) in
        let connection = try await RedisConnection.open(server, title, libraries.tls, rule)
        return try await RedisDump.start(connection, title)
      })
  }

  private static func run(
    _ query: DatabaseQuery, on link: any SQLLink
  ) async throws(StepFailure) -> DatabaseRows {
    let columns = try await blocking(link) { () throws(StepFailure) in
      try link.begin(query.isTransaction, isReadOnly: query.isReadOnly)
      try link.start(query.sql, query.values)
      return link.columns
    }
    return DatabaseRows(columns: columns) { count throws(StepFailure) in
      try await blocking(link) { () throws(StepFailure) in try link.next(count) }
    } finish: { () throws(StepFailure) in
      try await blocking(link) { () throws(StepFailure) in
        let effect = try link.finish()
        if query.isTransaction { try link.execute("COMMIT") }
        return effect
      }
    }
  }

  private static func connect(
    _ server: DatabaseServer, _ title: String, _ libraries: Libraries, _ rule: AddressRule,
    takesScripts: Bool
  ) async throws(StepFailure) -> any SQLLink {
    let addresses = try await ServerLookup.find(server, title, rule)
    var failure = StepFailure("connect to \(title): no address is known for \(server.host)")
    for address in addresses {
      do throws(StepFailure) {
        switch server.kind {
        case .postgresql:
          let link = try PostgresLink(server, at: address, title: title, libraries.postgres)
          try await blocking(link) { () throws(StepFailure) in try link.open() }
          return link
        case .mysql, .redis:
          let link = try MySQLLink(
            server, at: address, title: title, takesScripts: takesScripts, rule, libraries.mysql)
          try await Abandonable.run { () throws(StepFailure) in try link.open() }
          return link
        }
      } catch {
        guard error.kind == .failed else { throw error }
        failure = error
      }
    }
    throw failure
  }

  /// Runs what blocks where it may; a cancel interrupts the connection.
  private static func blocking<Value: Sendable>(
    _ link: any SQLLink, _ body: @escaping @Sendable () throws(StepFailure) -> Value
  ) async throws(StepFailure) -> Value {
    guard !Task.isCancelled else { throw .cancelled }
    let result = await withTaskCancellationHandler {
      await BlockingWork.clients.run { () -> Result<Value, StepFailure> in
        do throws(StepFailure) { return .success(try body()) } catch { return .failure(error) }
      }
    } onCancel: {
      link.interrupt()
    }
    if case .failure = result, Task.isCancelled { throw .cancelled }
    return try result.get()
  }
}
