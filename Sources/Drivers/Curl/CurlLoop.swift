import Glibc
import Posix

/// Keeps a loop running while anybody holds it.
final class CurlThread: Sendable {
  let loop: CurlLoop

  init(_ functions: Curl.Functions, keptFor: Duration, looksAgain: Bool) throws(CurlError) {
    loop = try CurlLoop(functions, keptFor: keptFor, looksAgain: looksAgain)
  }

  deinit { loop.stop() }
}

/// The thread on which libcurl works: one multi handle, and an event loop that waits for its sockets and
/// timers: libcurl-multi(3), "multi_socket".
// Everything but `execute` and `stop` is done on the loop's thread, by calls that came through `execute` and
// by what libcurl calls back from them: hence unchecked.
final class CurlLoop: @unchecked Sendable {
  let functions: Curl.Functions
  let events: EventLoop
  private let keptFor: Duration
  private let looksAgain: Bool
  private var multi: UnsafeMutableRawPointer?
  private var running: [UnsafeMutableRawPointer: CurlExchange] = [:]
  private var spare: [UnsafeMutableRawPointer] = []
  private var watched: Set<CInt> = []
  private var timer: EventLoop.Timer?
  private var isDue = false
  private var lastUse = BootTime.now
  private var awaitsIdle = false

  /// Most connections that are kept when nobody uses them, and most handles.
  private static let capacity = 64

  /// How often libcurl has to look again by itself.
  private static let lookInterval: Duration = .milliseconds(50)

  /// Starts the thread.
  ///
  /// - Parameter looksAgain: for FTP, where libcurl 7.88 awaits the data connection's TLS while the answer
  ///   that it needs comes over the other one, which it does not have watched.
  init(_ functions: Curl.Functions, keptFor: Duration, looksAgain: Bool) throws(CurlError) {
    self.functions = functions
    self.looksAgain = looksAgain
    self.keptFor = keptFor
    do throws(Errno) { events = try EventLoop(name: "curl") } catch {
      throw .transfer(code: 2, message: "no thread could be started: \(error.reason)", errno: error.code)
    }
  }

  /// Runs `body` on the loop, and then what it made libcurl want to do.
  func execute(_ body: @escaping @Sendable (CurlLoop) -> Void) {
    events.execute { [self] in
      body(self)
      turn()
    }
  }

  /// Closes every connection, and ends the thread when what was asked before is done.
  func stop() {
    events.execute { [self] in
      close()
      events.stop()
    }
  }

  // MARK: Exchanges

  /// A handle for one exchange.
  func takeHandle() throws(CurlError) -> UnsafeMutableRawPointer {
    if let easy = spare.popLast() { return easy }
    guard let easy = functions.make() else { throw Self.noMemory }
    return easy
  }

  /// Gives a handle back, without anything that was set on it.
  func put(_ easy: UnsafeMutableRawPointer) {
    guard spare.count < Self.capacity else { return functions.free(easy) }
    functions.reset(easy)
    spare.append(easy)
  }

  /// Lets an exchange begin; it is held until `remove`.
  func add(_ exchange: CurlExchange, _ easy: UnsafeMutableRawPointer) throws(CurlError) {
    // In seconds; a connection that is too old is closed when the next one is looked for.
    _ = functions.set(.maxIdleSeconds, max(1, Int(keptFor / .seconds(1))), on: easy)
    let code = functions.add(try openMulti(), easy)
    guard code == 0 else { throw .transfer(code: code, message: "libcurl gave up", errno: 0) }
    running[easy] = exchange
    if looksAgain {
      events.scheduleRepeating(every: Self.lookInterval) { [weak self] in self?.look() ?? false }
    }
  }

  /// Lets everything that runs go on as far as it can; false when nothing runs.
  private func look() -> Bool {
    guard let multi, !running.isEmpty else { return false }
    var count: CInt = 0
    _ = functions.perform(multi, &count)
    turn()
    return true
  }

  /// Ends an exchange; its connection is kept where it is whole, and closed where it was left in the middle.
  func remove(_ easy: UnsafeMutableRawPointer) {
    guard running.removeValue(forKey: easy) != nil, let multi else { return }
    _ = functions.remove(multi, easy)
    lastUse = .now
    if running.isEmpty, !awaitsIdle { closeWhenIdle(after: keptFor) }
  }

  private static let noMemory = CurlError.transfer(code: 27, message: "out of memory", errno: 0)

  // MARK: Connections

  private func openMulti() throws(CurlError) -> UnsafeMutableRawPointer {
    if let multi { return multi }
    guard let multi = functions.makeMulti() else { throw Self.noMemory }
    let me = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
    functions.set(.socketData, me, of: multi)
    functions.set(.timerData, me, of: multi)
    functions.set(.socketFunction, CurlCallback.pointer(Self.socketCallback), of: multi)
    functions.set(.timerFunction, CurlCallback.pointer(Self.timerCallback), of: multi)
    functions.set(.maxConnections, Self.capacity, of: multi)
    // Not several at once over one connection: one whose reader is slow would hold up the others.
    functions.set(.pipelining, 0, of: multi)
    self.multi = multi
    return multi
  }

  private func closeWhenIdle(after time: Duration) {
    awaitsIdle = true
    _ = events.schedule(after: time) { [weak self] in self?.closeIfIdle() }
  }

  private func closeIfIdle() {
    awaitsIdle = false
    guard running.isEmpty else { return }
    let age = lastUse.duration(to: .now)
    if age < keptFor { closeWhenIdle(after: keptFor - age) } else { close() }
  }

  private func close() {
    for easy in running.keys { remove(easy) }
    for easy in spare { functions.free(easy) }
    spare = []
    if let multi { _ = functions.freeMulti(multi) }
    multi = nil
  }

  // MARK: Sockets and timers

  /// Does what is due at once. libcurl asks for it in the middle of its work, where it may not be called;
  /// also where a transfer that has ended is taken from it, and another one was waiting for its turn.
  private func turn() {
    repeat {
      if isDue {
        isDue = false
        act(Self.timeoutSocket, 0)
      }
      reportEnds()
    } while isDue
  }

  private func act(_ socket: CInt, _ events: CInt) {
    guard let multi else { return }
    var count: CInt = 0
    _ = functions.act(multi, socket, events, &count)
  }

  private func reportEnds() {
    guard let multi else { return }
    var left: CInt = 0
    while let message = functions.readMessage(multi, &left) {
      // struct CURLMsg: the kind, the handle, and the result in a union.
      let easy = message.load(fromByteOffset: 8, as: UnsafeMutableRawPointer.self)
      let result = message.load(fromByteOffset: 16, as: CInt.self)
      running[easy]?.finish(result, on: self)
    }
  }

  private func wait(for what: CInt, on socket: CInt) {
    let interest: Poller.Interest? =
      switch what {
      case 1: .read
      case 2: .write
      case 3: [.read, .write]
      default: nil
      }
    guard let interest else {
      if watched.remove(socket) != nil { events.unwatch(socket) }
      return
    }
    do throws(Errno) {
      if watched.contains(socket) {
        do throws(Errno) { return try events.rewatch(socket, for: interest) } catch {
          // Closed without a word, and opened again under its number.
          guard error.code == ENOENT else { throw error }
          events.unwatch(socket)
        }
      }
      watched.insert(socket)
      try events.watch(socket, for: interest) { [weak self] happened in
        self?.act(socket, (happened.isReadable ? 1 : 0) | (happened.isWritable ? 2 : 0))
        self?.turn()
      }
    } catch {
      // Out of memory for one more watch: the transfer ends at its deadline, which libcurl keeps.
      watched.remove(socket)
    }
  }

  private func setTimer(milliseconds: Int) {
    if let timer { events.cancel(timer) }
    timer = nil
    if milliseconds == 0 { isDue = true }
    guard milliseconds > 0 else { return }
    timer = events.schedule(after: .milliseconds(milliseconds)) { [weak self] in
      self?.timer = nil
      self?.isDue = true
      self?.turn()
    }
  }

  /// CURL_SOCKET_TIMEOUT.
  private static let timeoutSocket: CInt = -1

  private static let socketCallback: CurlCallback.Socket = { _, socket, what, me, _ in
    CurlLoop.of(me).wait(for: what, on: socket)
    return 0
  }
  private static let timerCallback: CurlCallback.Timer = { _, milliseconds, me in
    CurlLoop.of(me).setTimer(milliseconds: milliseconds)
    return 0
  }

  private static func of(_ pointer: UnsafeMutableRawPointer?) -> CurlLoop {
    guard let pointer else { preconditionFailure("libcurl lost its loop") }
    return Unmanaged<CurlLoop>.fromOpaque(pointer).takeUnretainedValue()
  }
}
