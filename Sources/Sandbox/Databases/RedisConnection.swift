import Drivers
import Formats
import MissionModel
import Posix

/// A connection to Redis over TCP, TLS or a Unix socket. Its calls block and come one after the other;
/// `run` lets them, and ends them where the step is cancelled.
// One caller at a time uses it; `interrupt` and `run` touch the raw connection alone: hence unchecked.
final class RedisConnection: @unchecked Sendable {
  private let server: DatabaseServer
  private let title: String
  private let raw: RawConnection
  private var session: TLSSession?
  private var reader = RESPReader()

  /// Most time for connecting, and between two pieces of an answer.
  private static let patience: Duration = .seconds(60)

  /// Begins to connect to an address that was judged.
  init(_ server: DatabaseServer, at address: SocketAddress, title: String) throws(StepFailure) {
    self.server = server
    self.title = title
    do throws(Errno) {
      raw = try RawConnection(to: address) { .now + Self.patience }
    } catch { throw StepFailure("connect to \(title): \(error.reason) (\(error.code))") }
  }

  /// Ends the connecting, and says who is there and which database is meant.
  func open(_ library: OpenSSL) throws(StepFailure) {
    do throws(RawConnection.Failure) { try raw.open() } catch {
      if case .broken(let refusal) = error { throw failed("\(refusal.reason) (\(refusal.code))") }
      throw told(error)
    }
    if let tls = server.tls, tls != .disable, tls != .prefer { try secure(library, tls) }
    if let password = server.password {
      let words = ["AUTH"] + (server.user.map { [$0] } ?? []) + [password]
      // Its message could repeat what was sent, so only the first word of it is believed.
      if case .error(let message) = try command(words.map { Array($0.utf8) }) {
        let word = message.prefix { $0 != " " }
        throw failed(word == "WRONGPASS" ? "the user or the password is wrong" : "AUTH is refused: \(word)")
      }
    }
    if let database = server.database, database != "0" {
      if case .error(let message) = try command(["SELECT", database].map { Array($0.utf8) }) {
        throw failed(message)
      }
    }
  }

  /// Sends a command and waits for its answer.
  func command(_ words: [[UInt8]]) throws(StepFailure) -> RedisReply {
    var bytes = Array("*\(words.count)\r\n".utf8)
    for word in words { bytes += Array("$\(word.count)\r\n".utf8) + word + [13, 10] }
    try send(bytes)
    while true {
      do throws(StepFailure) {
        if let reply = try reader.next() { return reply }
      } catch { throw failed(error.message) }
      guard try receive() else { throw lost }
    }
  }

  /// Sends bytes as they are.
  func send(_ bytes: [UInt8]) throws(StepFailure) {
    guard let session else { return try sendRaw(bytes) }
    try told { () throws(TLSError) in try session.write(bytes) }
    try sendRaw(session.takeOutgoing())
  }

  /// The next line, without its end, for what is no answer.
  func line() throws(StepFailure) -> String {
    while true {
      if let line = reader.line() { return line }
      guard try receive() else { throw lost }
    }
  }

  /// The next bytes as they are; none at the end.
  func bytes() throws(StepFailure) -> [UInt8] {
    let rest = reader.takeRest()
    if !rest.isEmpty { return rest }
    _ = try receive()
    return reader.takeRest()
  }

  // MARK: Bytes

  private func secure(_ library: OpenSSL, _ tls: DatabaseServer.TLS) throws(StepFailure) {
    let trust: OpenSSL.Trust =
      switch tls {
      case .verifyAll: .authorities(file: server.authority)
      case .verifyAuthority: .anyName(file: server.authority)
      case .disable, .prefer, .require: .everybody
      }
    let made = try told { () throws(TLSError) in try library.client(host: server.host, trust) }
    while true {
      let isOver = try told { () throws(TLSError) in try made.handshake() }
      try sendRaw(made.takeOutgoing())
      if isOver { break }
      let piece = try receiveRaw()
      guard !piece.isEmpty else {
        throw failed("the server closed the connection; does it speak TLS at all?")
      }
      made.received(piece)
    }
    session = made
  }

  /// Waits for more; false at the end.
  private func receive() throws(StepFailure) -> Bool {
    guard let session else {
      let piece = try receiveRaw()
      reader.add(piece)
      return !piece.isEmpty
    }
    while true {
      if let plain = try told({ () throws(TLSError) in try session.read() }) {
        reader.add(plain)
        return !plain.isEmpty
      }
      let piece = try receiveRaw()
      guard !piece.isEmpty else { return false }
      session.received(piece)
      let answer = session.takeOutgoing()
      if !answer.isEmpty { try sendRaw(answer) }
    }
  }

  private func receiveRaw() throws(StepFailure) -> [UInt8] {
    do throws(RawConnection.Failure) { return try raw.receive() } catch { throw told(error) }
  }

  private func sendRaw(_ bytes: [UInt8]) throws(StepFailure) {
    do throws(RawConnection.Failure) { try raw.send(bytes) } catch { throw told(error) }
  }

  private func told(_ failure: RawConnection.Failure) -> StepFailure {
    switch failure {
    case .interrupted: .cancelled
    case .timedOut: failed("the server did not answer within 60 seconds")
    case .broken(let error):
      StepFailure("the connection to \(title) broke: \(error.reason) (\(error.code))")
    }
  }

  private func told<Value>(_ body: () throws(TLSError) -> Value) throws(StepFailure) -> Value {
    do throws(TLSError) { return try body() } catch { throw failed("\(error)") }
  }

  private func failed(_ message: String) -> StepFailure { StepFailure("connect to \(title): \(message)") }

  private var lost: StepFailure {
    StepFailure("the connection to \(title) broke: the server closed it in the middle of an answer")
  }
}

extension RedisConnection {
  /// Connects to the first address of a server that takes the connection.
  static func open(
    _ server: DatabaseServer, _ title: String, _ library: OpenSSL, _ rule: AddressRule
  ) async throws(StepFailure) -> RedisConnection {
    var failure = StepFailure("connect to \(title): no address is known for \(server.host)")
    for address in try await ServerLookup.find(server, title, rule) {
      do throws(StepFailure) {
        let connection = try RedisConnection(server, at: address, title: title)
        try await connection.run { () throws(StepFailure) in try connection.open(library) }
        return connection
      } catch {
        guard error.kind == .failed else { throw error }
        failure = error
      }
    }
    throw failure
  }

  /// Runs what blocks where it may; a cancel ends it.
  func run<Value: Sendable>(
    _ body: @escaping @Sendable () throws(StepFailure) -> Value
  ) async throws(StepFailure) -> Value {
    try await raw.run(body)
  }
}
