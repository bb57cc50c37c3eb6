import Glibc
import Posix

/// What the connections of one server share. Lives on the loop's thread, like the connections.
// Only `HTTPServer`, an actor whose executor is the loop, and handlers of the loop's events touch it: hence
// unchecked.
final class ServerCore: @unchecked Sendable {
  let loop: EventLoop
  let router: Router
  let middleware: [any Middleware]
  let limits: ServerLimits
  let spoolDirectory: String
  unowned let server: HTTPServer
  let observe: (@Sendable (Exchange) -> Void)?
  /// What arrives is read here first, so that idle connections need no buffer of their own.
  let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
  var counters: ServerCounters
  private(set) var connections: [CInt: Connection] = [:]
  private(set) var isDraining = false
  private var acceptors: [Acceptor] = []
  private var isSweeping = false
  private var date: (second: Int64, line: [UInt8]) = (-1, [])
  private var whenEmpty: [() -> Void] = []

  init(loop: EventLoop, configuration: HTTPServer.Configuration, server: HTTPServer) {
    self.loop = loop
    router = configuration.router
    middleware = configuration.middleware
    limits = configuration.limits
    spoolDirectory = configuration.spoolDirectory
    observe = configuration.observe
    counters = ServerCounters(routes: configuration.router.routes.map(\.pattern.text))
    self.server = server
  }

  deinit { scratch.deallocate() }

  /// The `Date` line of answers, made once a second.
  func dateLine() -> [UInt8] {
    let second = WallClock.milliseconds / 1000
    if second != date.second {
      date = (second, Array("Date: \(DateField.text(secondsSince1970: Int(second)))\r\n".utf8))
    }
    return date.line
  }

  /// Time as the connection machines count it.
  func now() -> Duration { .nanoseconds(BootTime.now.nanoseconds) }

  // MARK: Connections

  func add(_ acceptor: Acceptor) { acceptors.append(acceptor) }

  /// True if no more connections may be taken for now; acceptors are told when one ends.
  var isFull: Bool { connections.count >= limits.connections }

  func add(_ connection: Connection) {
    connections[connection.number] = connection
    counters.connectionsAccepted += 1
    sweepLater()
  }

  func remove(_ connection: Connection) {
    connections[connection.number] = nil
    for acceptor in acceptors { acceptor.resume() }
    guard connections.isEmpty else { return }
    let waiting = whenEmpty
    whenEmpty = []
    for action in waiting { action() }
  }

  /// Looks at every connection's deadline once in a while, so that a request sets no timer of its own; a
  /// deadline is at most one such while late.
  private func sweepLater() {
    guard !isSweeping else { return }
    isSweeping = true
    let shortest = min(
      limits.headDuration, limits.idleDuration, limits.bodyDuration, limits.stalledWriteDuration)
    loop.scheduleRepeating(every: min(.seconds(1), shortest / 4)) { [self] in
      let now = now()
      for connection in Array(connections.values) { connection.timePassed(now) }
      isSweeping = !connections.isEmpty
      return isSweeping
    }
  }

  // MARK: Stopping

  /// Takes no more connections, closes those without a request, and lets the others finish theirs.
  func drain(then action: @escaping () -> Void) {
    isDraining = true
    for acceptor in acceptors { acceptor.close() }
    acceptors = []
    for connection in Array(connections.values) { connection.drain() }
    if connections.isEmpty { action() } else { whenEmpty.append(action) }
  }

  /// Closes what is left.
  func closeAll() {
    for connection in Array(connections.values) { connection.close() }
  }
}
