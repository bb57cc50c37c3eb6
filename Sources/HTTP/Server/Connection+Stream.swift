import Posix

/// Takes the content of a streamed answer, piece by piece.
package struct BodyWriter: Sendable {
  private let connection: Connection
  private let server: HTTPServer

  init(_ connection: Connection, server: HTTPServer) {
    self.connection = connection
    self.server = server
  }

  /// Sends `bytes`, and waits while the client has more unread than `pendingWriteBytes` allows.
  ///
  /// - Throws: `clientGone` once there is nobody to send to.
  package func write(_ bytes: [UInt8]) async throws(StreamError) {
    guard await server.write(bytes, to: connection) else { throw .clientGone }
  }

  /// Sends an event of a `text/event-stream`.
  package func write(_ event: ServerSentEvent) async throws(StreamError) { try await write(event.bytes) }

  /// Whether the client is still there.
  package var client: ClientPresence { connection.client }
}

extension Connection {
  /// Lets a stream write the content of the answer whose head went out, and ends the answer.
  func write(_ stream: BodyStream, server: HTTPServer) async {
    guard isOpen, exchange?.isStreaming == true else { return }
    advance()
    do throws(StreamError) {
      try await stream.write(BodyWriter(self, server: server))
    } catch {
      // The head has gone out already: only a cut connection tells the client that this is not all.
      return close()
    }
    guard isOpen, let exchange else { return }
    switch exchange.framing {
    case .chunked: output.append(ResponseWriter.lastChunk)
    case .length(let length) where length != exchange.answerBytes: return close()
    case .length, .none, .untilClose: break
    }
    self.exchange?.isWritten = true
  }

  /// Sends a piece of a stream's content; false if nobody is there to take it.
  func write(_ bytes: [UInt8]) async -> Bool {
    guard isOpen, let exchange, exchange.isStreaming else { return false }
    switch exchange.framing {
    case .chunked: output.append { ResponseWriter.appendChunk(bytes, to: &$0) }
    case .length, .untilClose: output.append(bytes)
    case .none: break
    }
    self.exchange?.answerBytes += bytes.count
    advance()
    while isOpen, output.count > core.limits.pendingWriteBytes {
      await withCheckedContinuation { continuation in
        guard isOpen, output.count > core.limits.pendingWriteBytes else { return continuation.resume() }
        waitingWriters.append(continuation)
      }
    }
    return isOpen
  }
}
