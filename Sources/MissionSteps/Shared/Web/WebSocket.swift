package import MissionModel

/// An open WebSocket: the machine, and the connection that it speaks over.
package struct WebSocket {
  /// What messages call it: `connect wss://example.com/feed`.
  package let title: String
  private let stream: ByteStream
  private var machine: WebSocketMachine
  private var waiting: [WebSocketMachine.Event] = []

  /// Connects and opens.
  package init(
    _ request: WebRequest, maxMessageBytes: Int, over network: Network
  ) async throws(StepFailure) {
    title = request.title
    stream = try await network.connect(request)
    machine = WebSocketMachine(maxMessageBytes: maxMessageBytes) { UInt32.random(in: 0...UInt32.max) }
    let opening = WebSocketOpening(nonce: (0..<16).map { _ in UInt8.random(in: 0...255) })
    try await stream.write(opening.request(request.url, request.headers))
    var head: [UInt8] = []
    while true {
      let bytes = try await stream.read()
      guard !bytes.isEmpty else {
        throw StepFailure("\(title): the server closed the connection without an answer")
      }
      head += bytes
      if let end = WebSocketOpening.endOfHead(in: head) {
        if let problem = opening.problem(head[..<end]) { throw StepFailure("\(title): \(problem)") }
        try take(Array(head[end...]))
        return
      }
      guard head.count <= WebSocketOpening.maxHeadBytes else {
        throw StepFailure("\(title): the head of the server's answer never ends")
      }
    }
  }

  /// Sends a text message.
  package mutating func send(_ message: String) async throws(StepFailure) {
    machine.send(message)
    try await flush()
  }

  /// The next thing that the server does; nil where the connection ended without a close frame.
  package mutating func next() async throws(StepFailure) -> WebSocketMachine.Event? {
    while waiting.isEmpty {
      let bytes = try await stream.read()
      if bytes.isEmpty { return nil }
      try take(bytes)
      try await flush()
    }
    return waiting.removeFirst()
  }

  /// Says that this side ends, and waits for the server to say it too: gives its code; nil where it goes
  /// without.
  package mutating func close() async throws(StepFailure) -> Int? {
    machine.close()
    try await flush()
    while let event = try await next() {
      if case .close(let code, _) = event { return code }
    }
    return nil
  }

  private mutating func take(_ bytes: [UInt8]) throws(StepFailure) {
    do throws(WebSocketError) { waiting += try machine.receive(bytes) } catch {
      throw StepFailure("\(title): the server breaks the WebSocket protocol: \(error.message)")
    }
  }

  private mutating func flush() async throws(StepFailure) {
    guard !machine.output.isEmpty else { return }
    let bytes = machine.output
    machine.output = []
    try await stream.write(bytes)
  }
}
