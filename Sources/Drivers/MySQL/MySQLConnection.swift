import Glibc
import Posix

/// A connection to MySQL. Its calls block and come one after the other; `interrupt` comes from anywhere.
// One caller at a time uses the handle; `interrupt` reaches the socket alone, under the lock under which the
// handle is closed: hence unchecked.
package final class MySQLConnection: @unchecked Sendable {
  private enum State {
    case closed
    case open(socket: CInt, thread: UInt)
  }

  private let functions: MySQL.Functions
  private let place: MySQL.Place
  private let state = Lock(State.closed)
  private let isInterrupted = Lock(false)
  private var handle: MySQL.Handle?
  private var statement: MySQL.Handle?
  private var row: MySQLBinding.Row?
  /// The columns of the query that runs.
  package private(set) var columns: [MySQLColumn] = []
  /// Rows that the last query changed.
  package private(set) var affected: Int64 = 0
  /// The key that the last query made; 0 for none.
  package private(set) var insertID: UInt64 = 0

  /// Not the threads of the queries themselves: all of those may be waiting for what is to be ended.
  private static let killers = BlockingWork(name: "mysql-kill", permits: 8)
  /// Bytes of a value that are fetched with its row; longer ones are fetched again by themselves.
  private static let roomForValue = 512

  init(_ functions: MySQL.Functions, _ place: MySQL.Place) {
    self.functions = functions
    self.place = place
  }

  deinit {
    state.withLock { $0 = .closed }
    if let statement { _ = functions.freeStatement(statement) }
    // An open transaction is rolled back by the server.
    if let handle { functions.close(handle) }
  }

  /// Ends what runs, here and at the server, and refuses what comes after it.
  ///
  /// A connection of its own sends KILL; then this one is closed, should the server not have heard.
  package func interrupt() {
    isInterrupted.withLock { $0 = true }
    guard case .open(_, let thread) = state.withLock({ $0 }) else { return }
    let killer = MySQLConnection(functions, place)
    Self.killers.submit { [weak self] in
      // A server that does not hear this has its connection closed.
      try? killer.open(within: 3)
      try? killer.execute("KILL QUERY \(thread)")
      self?.shutDown()
    }
  }

  private func shutDown() {
    state.withLock { state in
      if case .open(let socket, _) = state { _ = shutdown(socket, CInt(SHUT_RDWR)) }
    }
  }

  // MARK: Opening

  /// Connects within so many seconds.
  package func open(within seconds: UInt32) throws(MySQLError) {
    guard let made = functions.makeHandle(nil) else { throw .failed(code: 2008, message: "out of memory") }
    handle = made
    configure(made, seconds)
    if let judge = place.judge { MySQLPeers.watch(made, functions, judge) }
    let isOpen = functions.connect(
      made, place.host.isEmpty ? nil : place.host, place.user, place.password, place.database,
      CUnsignedInt(place.port), place.socket, place.takesScripts ? Option.multiStatements : 0)
    if let refusal = MySQLPeers.end(made, isOpen: isOpen != nil) { throw .refused(refusal) }
    guard isOpen != nil else { throw failure }
    let (socket, thread) = (functions.socket(made), UInt(functions.threadID(made)))
    state.withLock { $0 = .open(socket: socket, thread: thread) }
    if isInterrupted.withLock({ $0 }) { throw .cancelled }
  }

  private func configure(_ handle: MySQL.Handle, _ seconds: UInt32) {
    var seconds = seconds
    var off: UInt32 = 0
    var on: UInt32 = 1
    _ = functions.setOption(handle, Option.connectTimeout, &seconds)
    _ = functions.setOption(handle, Option.localInfile, &off)
    _ = functions.setOption(handle, Option.characterSet, "utf8mb4")
    // Newer libraries may look at no certificate where they are told not to look at its name.
    let looksAnyway = functions.clientVersion() < Option.newTLS
    var isVerified: UInt8 = place.verifiesTLS || place.authority != nil && !looksAnyway ? 1 : 0
    _ = functions.setOption(handle, Option.verifiesCertificate, &isVerified)
    if place.usesTLS {
      _ = functions.setOption(handle, Option.enforcesTLS, &on)
      // The library holds the certificate against these even where it does not look at the name.
      if let authority = place.authority { _ = functions.setOption(handle, Option.authority, authority) }
    }
    // TCP is 1, the socket 2; without it the library would take localhost for the socket.
    var transport: UInt32 = place.socket == nil ? 1 : 2
    _ = functions.setOption(handle, Option.transport, &transport)
  }

  // MARK: Queries

  /// Runs SQL without values to its end; rows are dropped.
  package func execute(_ sql: String) throws(MySQLError) {
    let handle = try ready()
    guard functions.query(handle, sql, CUnsignedLong(sql.utf8.count)) == 0 else { throw failure }
    while true {
      if let result = functions.useResult(handle) {
        functions.freeResult(result)
      } else if functions.errorNumber(handle) != 0 {
        throw failure
      }
      let more = functions.nextResult(handle)
      if more < 0 { return }
      if more > 0 { throw failure }
    }
  }

  /// Prepares one statement, binds its values and runs it up to its first row.
  package func start(_ sql: String, _ values: [MySQLValue]) throws(MySQLError) {
    let handle = try ready()
    guard let made = functions.makeStatement(handle) else {
      throw .failed(code: 2008, message: "out of memory")
    }
    statement = made
    guard functions.prepare(made, sql, CUnsignedLong(sql.utf8.count)) == 0 else { throw failure }
    let wanted = Int(functions.parameterCount(made))
    guard wanted == values.count else { throw .count(wanted: wanted, given: values.count) }
    let bound = MySQLBinding.Row(count: wanted)
    for (place, value) in values.enumerated() { Self.bind(value, at: place, of: bound) }
    if wanted > 0, functions.bindParameters(made, bound.base) != 0 { throw failure }
    let code = withExtendedLifetime(bound) { functions.execute(made) }
    guard code == 0 else { throw failure }
    readColumns(of: made)
    guard !columns.isEmpty else {
      note(made)
      return
    }
    let row = MySQLBinding.Row(count: columns.count)
    for (place, column) in columns.enumerated() { Self.makeRoom(for: column, at: place, in: row) }
    guard functions.bindResult(made, row.base) == 0 else { throw failure }
    self.row = row
  }

  /// The next row; nil after the last one.
  package func next() throws(MySQLError) -> [MySQLValue]? {
    guard let statement, let row else { return nil }
    switch functions.fetch(statement) {
    case 0, Option.truncated: break
    case Option.noMoreData:
      note(statement)
      self.row = nil
      return nil
    default: throw failure
    }
    var values: [MySQLValue] = []
    values.reserveCapacity(columns.count)
    for place in columns.indices { values.append(try value(place, row, statement)) }
    return values
  }

  /// Ends the query that runs: what is left of its rows is dropped.
  package func stop() {
    if let statement { _ = functions.freeStatement(statement) }
    statement = nil
    row = nil
  }

  private func ready() throws(MySQLError) -> MySQL.Handle {
    guard let handle else { preconditionFailure("a connection is opened before it is used") }
    if isInterrupted.withLock({ $0 }) { throw .cancelled }
    stop()
    columns = []
    (affected, insertID) = (0, 0)
    return handle
  }

  private func note(_ statement: MySQL.Handle) {
    let count = functions.affected(statement)
    affected = columns.isEmpty ? Int64(exactly: count) ?? 0 : 0
    insertID = functions.insertID(statement)
  }

  private func readColumns(of statement: MySQL.Handle) {
    guard let result = functions.metadata(statement) else { return }
    defer { functions.freeResult(result) }
    guard let fields = functions.fields(result) else { return }
    columns = (0..<Int(functions.fieldCount(result))).map { place in
      let field = fields + place * Field.size
      return MySQLColumn(
        name: field.load(as: MySQL.Text?.self).map { String(cString: $0) } ?? "",
        type: field.load(fromByteOffset: Field.type, as: CInt.self),
        flags: field.load(fromByteOffset: Field.flags, as: UInt32.self),
        width: field.load(fromByteOffset: Field.width, as: UInt.self),
        charset: field.load(fromByteOffset: Field.charset, as: UInt32.self), format: format(field))
    }
  }

  private func format(_ field: UnsafeRawPointer) -> String? {
    guard let attribute = functions.fieldAttribute else { return nil }
    var text: (start: UnsafePointer<UInt8>?, length: Int) = (nil, 0)
    let isKnown = withUnsafeMutablePointer(to: &text) {
      attribute(UnsafeMutableRawPointer($0), field, 1) == 0
    }
    guard isKnown, let start = text.start, text.length > 0 else { return nil }
    return String(decoding: UnsafeBufferPointer(start: start, count: text.length), as: UTF8.self)
  }

  private func value(
    _ place: Int, _ row: MySQLBinding.Row, _ statement: MySQL.Handle
  ) throws(MySQLError) -> MySQLValue {
    guard row.nulls[place] == 0, let memory = row.memory(place) else { return .null }
    switch columns[place].type {
    case 1, 2, 3, 8, 9, 13:
      return columns[place].isUnsigned
        ? .unsigned(memory.load(as: UInt64.self)) : .integer(memory.load(as: Int64.self))
    case 5: return .double(memory.load(as: Double.self))
    default: break
    }
    let length = Int(row.lengths[place])
    guard length > row.capacity(place) else {
      return .bytes(Array(UnsafeRawBufferPointer(start: memory, count: length)))
    }
    let again = MySQLBinding.Row(count: 1)
    let whole = again.bind(0, .string, capacity: length)
    guard functions.fetchColumn(statement, again.base, CUnsignedInt(place), 0) == 0 else { throw failure }
    return .bytes(Array(UnsafeRawBufferPointer(start: whole, count: length)))
  }

  private static func makeRoom(for column: MySQLColumn, at place: Int, in row: MySQLBinding.Row) {
    switch column.type {
    case 1, 2, 3, 8, 9, 13:
      row.bind(place, .longlong, capacity: 8)
      if column.isUnsigned { row.markUnsigned(place) }
    case 5: row.bind(place, .double, capacity: 8)
    default: row.bind(place, .string, capacity: roomForValue)
    }
  }

  private static func bind(_ value: MySQLValue, at place: Int, of row: MySQLBinding.Row) {
    func bytes(_ value: some Any) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
    switch value {
    case .null: row.bind(place, .null, capacity: 8)
    case .integer(let number): row.bind(place, .longlong, capacity: 8, bytes: bytes(number))
    case .unsigned(let number):
      row.bind(place, .longlong, capacity: 8, bytes: bytes(number))
      row.markUnsigned(place)
    case .double(let number): row.bind(place, .double, capacity: 8, bytes: bytes(number))
    case .bytes(let text): row.bind(place, .string, capacity: text.count, bytes: text)
    }
  }

  /// What the statement or the connection complains about.
  private var failure: MySQLError {
    if isInterrupted.withLock({ $0 }) { return .cancelled }
    if let statement, functions.statementErrorNumber(statement) != 0 {
      return .failed(
        code: functions.statementErrorNumber(statement),
        message: functions.statementErrorText(statement).map { String(cString: $0) } ?? "")
    }
    guard let handle else { return .failed(code: 2000, message: "unknown error") }
    return .failed(
      code: functions.errorNumber(handle),
      message: functions.errorText(handle).map { String(cString: $0) } ?? "")
  }

  /// Numbers of mysql.h.
  private enum Option {
    static let connectTimeout: CInt = 0
    static let characterSet: CInt = 7
    static let localInfile: CInt = 8
    static let transport: CInt = 9
    static let verifiesCertificate: CInt = 21
    static let authority: CInt = 27
    static let enforcesTLS: CInt = 38
    /// The first version that is not known to hold a certificate against the authorities in any case.
    static let newTLS: CUnsignedLong = 30400
    static let multiStatements: CUnsignedLong = 1 << 16
    static let noMoreData: CInt = 100
    static let truncated: CInt = 101
  }

  /// `MYSQL_FIELD` on 64-bit systems: where its members stand.
  private enum Field {
    static let size = 128
    static let (width, flags, charset, type) = (56, 100, 108, 112)
  }
}
