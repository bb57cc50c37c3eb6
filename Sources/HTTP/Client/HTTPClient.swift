package import Posix

/// Asks one server, over plain TCP or a Unix socket, keeping its connection from request to request.
///
/// Its executor is the loop, and nothing of it blocks; a cancelled task gives up its request.
package actor HTTPClient {
  /// What a client asks for.
  package struct Call: Sendable {
    /// The method.
    package var method: Method
    /// The path with its query, escaped.
    package var target: String
    /// Further fields; `Host` and `Content-Length` are added.
    package var headers: Headers
    /// The content.
    package var body: [UInt8]

    /// Makes a request.
    package init(_ method: Method, _ target: String, headers: Headers = [:], body: [UInt8] = []) {
      self.method = method
      self.target = target
      self.headers = headers
      self.body = body
    }
  }

  /// Where the server is.
  package nonisolated let server: ServerAddress
  private let loop: EventLoop
  private let connectPatience: Duration
  private let patience: Duration
  private var idle: ClientSocket?

  package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// Makes a client that is not connected yet.
  ///
  /// - Parameters:
  ///   - connectPatience: how long a connection may take to come about.
  ///   - patience: how long the server may be silent while something is expected from it.
  package init(
    _ server: ServerAddress, on loop: EventLoop, connectPatience: Duration = .seconds(5),
    patience: Duration = .seconds(30)
  ) {
    self.server = server
    self.loop = loop
    self.connectPatience = connectPatience
    self.patience = patience
  }

  /// Sends a request and returns the answer once its head is there; its content is read from `body`.
  ///
  /// - Parameter patience: how long the server may be silent, where this request is to be held back by it.
  package func send(_ call: Call, patience: Duration? = nil) async throws(ClientError) -> Answer {
    let patience = patience ?? self.patience
    if let socket = idle {
      idle = nil
      if socket.isQuiet() {
        do throws(ClientError) {
          return try await exchange(call, on: socket, patience)
        } catch {
          // The server may have closed the quiet connection just then; asking again for what changes
          // nothing does no harm.
          guard error.kind == .closed, call.method == .get || call.method == .head else { throw error }
        }
      }
    }
    let socket = try await ClientSocket.connect(
      to: try await server.resolve(), on: loop, server: server, patience: connectPatience)
    return try await exchange(call, on: socket, patience)
  }

  private func exchange(
    _ call: Call, on socket: ClientSocket, _ patience: Duration
  ) async throws(ClientError) -> Answer {
    try await socket.send(bytes(of: call), patience: patience)
    while true {
      if let (head, length) = try ResponseHead.parse(socket.input, to: call.method, from: server) {
        socket.input.removeFirst(length)
        // 100 Continue and its like come before the answer.
        if head.status.code < 200 { continue }
        let body = AnswerBody(head, socket: socket, client: self, patience: patience)
        if body.isFinished { release(socket, keepsAlive: head.keepsAlive) }
        return Answer(status: head.status, headers: head.headers, body: body)
      }
      guard try await socket.receive(patience: patience) else {
        throw ClientError(.closed, "lost the connection to \(server) before its answer was complete")
      }
    }
  }

  private func bytes(of call: Call) -> [UInt8] {
    var headers = call.headers
    headers.set("Host", server.authority)
    if !call.body.isEmpty || call.method == .post { headers.set("Content-Length", "\(call.body.count)") }
    let fields = headers.pairs.map { "\($0.name): \($0.value)\r\n" }.joined()
    return Array("\(call.method.name) \(call.target) HTTP/1.1\r\n\(fields)\r\n".utf8) + call.body
  }

  func release(_ socket: ClientSocket, keepsAlive: Bool) {
    if keepsAlive { idle = socket }
  }

  func nextPiece(of body: AnswerBody) async throws(ClientError) -> [UInt8]? { try await body.read() }
}
