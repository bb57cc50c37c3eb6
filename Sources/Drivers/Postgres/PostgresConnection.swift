import Posix

/// A connection to PostgreSQL. Its calls block and come one after the other; `interrupt` comes from anywhere.
///
/// Nothing waits inside of the library: every wait is a `poll(2)` that `interrupt` ends. The server is told
/// by PQcancel, and has a moment to answer before the connection is given up.
// One caller at a time uses the handle; `interrupt` touches the interruption alone: hence unchecked.
package final class PostgresConnection: @unchecked Sendable {
  /// A column: its name and the number of its type.
  package struct Column: Sendable, Equatable {
    package let name: String
    package let type: UInt32
  }

  private let functions: Postgres.Functions
  private let keywords: [(key: String, value: String)]
  private let interruption: Interruption?
  private var handle: Postgres.Handle?
  private var isRunning = false
  private var pending: Postgres.Handle?
  /// The columns of the query that runs.
  package private(set) var columns: [Column] = []
  /// Rows that the last query changed.
  package private(set) var affected: Int64 = 0

  /// Not the threads of the queries themselves: all of those may be waiting for what is to be ended.
  private static let cancels = BlockingWork(name: "postgres-cancel", permits: 8)
  /// How long a cancelled server may take to say so.
  private static let lastWords: Duration = .seconds(3)

  init(_ functions: Postgres.Functions, _ keywords: [(key: String, value: String)]) {
    self.functions = functions
    self.keywords = keywords
    // `open` says what is missing: a connection that cannot be interrupted is not made.
    interruption = try? Interruption()
  }

  deinit {
    if let pending { functions.clear(pending) }
    // An open transaction is rolled back by the server.
    if let handle { functions.finish(handle) }
  }

  /// Ends what runs, here and at the server, and refuses what comes after it.
  package func interrupt() { interruption?.raise() }

  // MARK: Opening

  /// Connects within `patience`.
  package func open(within patience: Duration) throws(PostgresError) {
    guard let interruption else { throw .connect("no more files can be opened") }
    guard let started = start() else { throw .connect("out of memory") }
    handle = started
    let deadline = ContinuousClock.now + patience
    var forWriting = true
    guard functions.status(started) != Code.bad else { throw .connect(message) }
    while true {
      switch interruption.wait(for: functions.socket(started), forWriting: forWriting, until: deadline) {
      case .ready: break
      case .interrupted: throw .cancelled
      case .timedOut: throw .timedOut
      }
      switch functions.connectPoll(started) {
      case Code.pollingReads: forWriting = false
      case Code.pollingWrites: forWriting = true
      case Code.pollingOK:
        _ = functions.setNonblocking(started, 1)
        _ = functions.setNoticeReceiver(started, { _, _ in }, nil)
        return
      default: throw .connect(message)
      }
    }
  }

  private func start() -> Postgres.Handle? {
    var keys: [Postgres.Text?] = []
    var values: [Postgres.Text?] = []
    var copies: [UnsafeMutablePointer<CChar>] = []
    func copy(_ text: String) -> Postgres.Text {
      let bytes = text.utf8CString
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      for (place, byte) in bytes.enumerated() { copy[place] = byte }
      copies.append(copy)
      return Postgres.Text(copy)
    }
    for (key, value) in keywords {
      keys.append(copy(key))
      values.append(copy(value))
    }
    defer { for copy in copies { copy.deallocate() } }
    return functions.connectStart(keys + [nil], values + [nil], 0)
  }

  // MARK: Queries

  /// Runs statements without values to their ends; rows are dropped.
  package func execute(_ sql: String) throws(PostgresError) {
    let handle = try ready()
    guard functions.sendQuery(handle, sql) == 1 else { throw lost }
    affected = 0
    _ = try results { result in
      if error(of: result) == nil { affected = changed(result) }
      return false
    }
  }

  /// Prepares one statement and gives the types of its values; `run` comes next.
  package func prepare(_ sql: String) throws(PostgresError) -> [UInt32] {
    let handle = try ready()
    columns = []
    guard functions.sendPrepare(handle, "", sql, 0, nil) == 1 else { throw lost }
    _ = try results { _ in false }
    guard functions.sendDescribe(handle, "") == 1 else { throw lost }
    var types: [UInt32] = []
    _ = try results { result in
      guard error(of: result) == nil else { return false }
      types = (0..<functions.parameterCount(result)).map { functions.parameterType(result, $0) }
      columns = columns(of: result)
      return false
    }
    return types
  }

  /// Runs the statement that was prepared, up to its first row. Values are texts as the type reads them.
  package func run(_ values: [String?]) throws(PostgresError) {
    let handle = try ready()
    var copies: [[CChar]?] = values.map { $0.map { Array($0.utf8CString) } }
    let sent = Self.withPointers(&copies) { pointers in
      functions.sendPrepared(handle, "", CInt(values.count), pointers, nil, nil, 0)
    }
    guard sent == 1 else { throw lost }
    isRunning = true
    _ = functions.singleRowMode(handle)
    affected = 0
    pending = try step()
  }

  /// The next row, each value as its text; nil after the last one.
  package func next() throws(PostgresError) -> [[UInt8]?]? {
    guard let row = pending else { return nil }
    pending = nil
    let values = (0..<functions.fieldCount(row)).map { column -> [UInt8]? in
      guard functions.isNull(row, 0, column) == 0, let bytes = functions.value(row, 0, column) else {
        return nil
      }
      return Array(UnsafeBufferPointer(start: bytes, count: Int(functions.length(row, 0, column))))
    }
    functions.clear(row)
    pending = try step()
    return values
  }

  /// Ends the query that runs: what is left of its rows is dropped.
  package func stop() throws(PostgresError) {
    while let row = pending {
      functions.clear(row)
      pending = nil
      pending = try step()
    }
  }

  /// The next result that is a row; nil when the query has ended.
  private func step() throws(PostgresError) -> Postgres.Handle? {
    guard isRunning else { return nil }
    return try results { result in
      if functions.resultStatus(result) == Code.singleRow { return true }
      if error(of: result) == nil { affected = changed(result) }
      return false
    }
  }

  /// Goes through the results until `isWanted` keeps one; nil at the end of the query.
  ///
  /// - Throws: the first error of the server, also where the connection broke after it.
  private func results(
    until isWanted: (Postgres.Handle) -> Bool
  ) throws(PostgresError) -> Postgres.Handle? {
    var failure: PostgresError?
    do throws(PostgresError) {
      while let result = try nextResult() {
        if isWanted(result) { return result }
        failure = failure ?? error(of: result)
        functions.clear(result)
      }
    } catch {
      isRunning = false
      throw failure ?? error
    }
    isRunning = false
    if let failure { throw failure }
    return nil
  }

  private func ready() throws(PostgresError) -> Postgres.Handle {
    guard let handle else { preconditionFailure("a connection is opened before it is used") }
    if interruption?.isRaised != false { throw .cancelled }
    try stop()
    return handle
  }

  /// Waits for the next result; nil where there is none left.
  private func nextResult() throws(PostgresError) -> Postgres.Handle? {
    guard let handle, let interruption else { return nil }
    var isFlushed = false
    var isBroken = false
    var cancelledUntil: ContinuousClock.Instant?
    while true {
      if !isFlushed {
        let left = functions.flush(handle)
        guard left >= 0 else { throw lost }
        isFlushed = left == 0
      }
      if isFlushed, functions.isBusy(handle) == 0 {
        guard let result = functions.getResult(handle) else {
          if cancelledUntil != nil { throw .cancelled }
          if isBroken { throw lost }
          return nil
        }
        if cancelledUntil != nil {
          functions.clear(result)
          continue
        }
        try refuseCopy(result)
        return result
      }
      switch interruption.wait(
        for: functions.socket(handle), forWriting: !isFlushed, until: cancelledUntil,
        heeding: cancelledUntil == nil)
      {
      case .ready:
        // What the server said before it went is a result yet, so that comes first.
        isBroken = functions.consumeInput(handle) == 0
        if isBroken, functions.isBusy(handle) == 1 { throw cancelledUntil == nil ? lost : .cancelled }
      case .timedOut: throw .cancelled
      case .interrupted:
        cancel()
        cancelledUntil = .now + Self.lastWords
      }
    }
  }

  /// Tells the server, on another thread: PQcancel waits for it, and a server that hangs would never answer.
  private func cancel() {
    guard let handle, let request = functions.getCancel(handle) else { return }
    let (functions, number) = (functions, UInt(bitPattern: request))
    Self.cancels.submit {
      guard let request = Postgres.Handle(bitPattern: number) else { return }
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
        if let start = text.baseAddress { _ = functions.cancel(request, start, 256) }
      }
      functions.freeCancel(request)
    }
  }

  // MARK: Results

  private func columns(of result: Postgres.Handle) -> [Column] {
    (0..<functions.fieldCount(result)).map { column in
      Column(
        name: functions.fieldName(result, column).map { String(cString: $0) } ?? "",
        type: functions.fieldType(result, column))
    }
  }

  private func changed(_ result: Postgres.Handle) -> Int64 {
    guard functions.fieldCount(result) == 0 || affected == 0 else { return affected }
    return functions.affected(result).flatMap { Int64(String(cString: $0)) } ?? 0
  }

  private func error(of result: Postgres.Handle) -> PostgresError? {
    switch functions.resultStatus(result) {
    case Code.badResponse, Code.fatalError: break
    default: return nil
    }
    func field(_ letter: Unicode.Scalar) -> String? {
      functions.errorField(result, CInt(letter.value)).map { String(cString: $0) }
    }
    guard let state = field("C"), let message = field("M") else {
      return .lost(functions.resultError(result).map { String(cString: $0) } ?? message)
    }
    return .server(state: state, message: message, detail: field("D"), hint: field("H"))
  }

  /// The server would wait for rows, or send them, outside of any result: the connection is given up.
  private func refuseCopy(_ result: Postgres.Handle) throws(PostgresError) {
    guard [Code.copyIn, Code.copyOut, Code.copyBoth].contains(functions.resultStatus(result)) else { return }
    functions.clear(result)
    throw .server(
      state: "0A000", message: "COPY to or from the client is not possible here", detail: nil,
      hint: "COPY works with files of the server; output_file keeps the rows of a SELECT")
  }

  private var lost: PostgresError { .lost(message) }

  private var message: String { handle.flatMap(functions.errorMessage).map { String(cString: $0) } ?? "" }

  private static func withPointers<Result>(
    _ texts: inout [[CChar]?], _ body: (UnsafePointer<Postgres.Text?>?) -> Result
  ) -> Result {
    let copies = texts.map { text -> UnsafeMutableBufferPointer<CChar>? in
      guard let text else { return nil }
      let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: text.count)
      _ = copy.initialize(from: text)
      return copy
    }
    defer { for copy in copies { copy?.deallocate() } }
    let pointers = copies.map { $0?.baseAddress.map { Postgres.Text($0) } }
    return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
  }

  /// Numbers of libpq-fe.h.
  private enum Code {
    static let bad: CInt = 1
    static let pollingReads: CInt = 1
    static let pollingWrites: CInt = 2
    static let pollingOK: CInt = 3
    static let copyOut: CInt = 3
    static let copyIn: CInt = 4
    static let badResponse: CInt = 5
    static let fatalError: CInt = 7
    static let copyBoth: CInt = 8
    static let singleRow: CInt = 9
  }
}
