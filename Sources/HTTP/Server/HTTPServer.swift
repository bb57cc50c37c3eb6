package import Posix

/// A server of HTTP/1.1 on an event loop. It knows routes and limits, and nothing of what they are for.
///
/// Its executor is the loop, so that handlers run on the loop's thread and everything they await returns
/// there; an actor with the same executor is called without a change of thread.
package actor HTTPServer {
  /// What a server is made of.
  package struct Configuration: Sendable {
    /// Where requests go.
    package var router: Router
    /// What judges them before, in order.
    package var middleware: [any Middleware] = []
    /// The bounds on clients.
    package var limits = ServerLimits()
    /// Where content longer than `limits.memoryBodyBytes` is kept while its request is served.
    package var spoolDirectory = "/tmp"
    /// Called on the loop's thread after each answer; it must not block.
    package var observe: (@Sendable (Exchange) -> Void)?

    /// A server for these routes, with nothing before them.
    package init(_ router: Router) { self.router = router }
  }

  private let loop: EventLoop
  private var core: ServerCore?
  private let configuration: Configuration

  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// Makes a server that listens nowhere yet.
  package init(_ configuration: Configuration, on loop: EventLoop) {
    self.loop = loop
    self.configuration = configuration
  }

  /// Listens on an address and returns the one it really has: port 0 takes a free port.
  ///
  /// - Throws: the failure of `listen(2)` or `bind(2)`, with the address.
  @discardableResult
  package func listen(on address: SocketAddress) throws(Errno) -> SocketAddress {
    let socket = try Socket.listen(on: address)
    let actual = try socket.localAddress()
    try listen(on: socket)
    return actual
  }

  /// Listens on a socket that is bound already, such as one inherited from systemd.
  package func listen(on socket: consuming Socket) throws(Errno) {
    let core = running()
    core.add(try Acceptor(socket, core: core))
  }

  /// What the server has done so far.
  package var counters: ServerCounters {
    var counters = running().counters
    counters.connectionsOpen = running().connections.count
    return counters
  }

  /// Takes no more connections, lets requests in hand finish for as long as `patience`, and closes the rest.
  package func stop(patience: Duration) async {
    let core = running()
    var timer: EventLoop.Timer?
    await withCheckedContinuation { continuation in
      timer = loop.schedule(after: patience) { core.closeAll() }
      core.drain { continuation.resume() }
    }
    if let timer { loop.cancel(timer) }
  }

  /// Runs a handler: the only place where the server starts a task, one a request, on this actor.
  func start(_ handler: @escaping Route.Handler, _ request: Request, on connection: Connection) {
    // A handler that waits for the database or a file goes on here, and not by way of Swift's pool.
    Task(executorPreference: loop.tasks) {
      let response = await handler(request)
      connection.answer(response)
      if case .stream(let stream) = response.body { await connection.write(stream, server: self) }
      connection.advance()
    }
  }

  func write(_ bytes: [UInt8], to connection: Connection) async -> Bool { await connection.write(bytes) }

  private func running() -> ServerCore {
    if let core { return core }
    let core = ServerCore(loop: loop, configuration: configuration, server: self)
    self.core = core
    return core
  }
}
