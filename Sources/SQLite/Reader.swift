/// A connection that reads, on a thread of its own: short transactions beside the writer.
struct Reader {
  private let configuration: Database.Configuration
  private let requests: Mailbox<Request>
  private var connection: Connection?

  init(_ configuration: Database.Configuration, requests: Mailbox<Request>) {
    self.configuration = configuration
    self.requests = requests
  }

  /// Serves until the mailbox is closed and empty; without work the connection and its memory go.
  mutating func serve() {
    while true {
      switch requests.take(upTo: 1, patience: connection == nil ? nil : configuration.idleTime) {
      case .letters(let batch):
        for request in batch {
          perform(request)
          request.deliver()
        }
      case .nothing:
        connection = nil
      case .closed:
        return
      }
    }
  }

  private mutating func perform(_ request: Request) {
    do throws(SQLiteError) {
      let connection = try openConnection()
      try connection.execute("BEGIN")
      try request.run(on: connection)
      try connection.execute("COMMIT")
    } catch {
      request.fail(error)
      if let connection, !connection.rollBack() || error.spoilsConnection { self.connection = nil }
    }
  }

  private mutating func openConnection() throws(SQLiteError) -> Connection {
    if let connection { return connection }
    let fresh = try Connection(configuration, role: .reader)
    connection = fresh
    return fresh
  }
}
