/// What a server answered.
package struct Answer: Sendable {
  /// Its status.
  package let status: Status
  /// Its fields.
  package let headers: Headers
  /// Its content, which may still be on its way.
  package let body: AnswerBody

  /// Reads all of the content.
  ///
  /// - Throws: `badAnswer` where it is over `limit` bytes.
  package func bytes(limit: Int = 256 * 1024 * 1024) async throws(ClientError) -> [UInt8] {
    var all: [UInt8] = []
    while let piece = try await body.next() {
      all += piece
      if all.count > limit { throw ClientError(.badAnswer, "the answer is over \(limit) bytes") }
    }
    return all
  }
}

/// The content of an answer, read piece by piece as it arrives.
// Touched by `HTTPClient` only, an actor whose executor is the loop: hence unchecked.
package final class AnswerBody: @unchecked Sendable {
  private let framing: ResponseFraming
  private let keepsAlive: Bool
  /// Nil once the content is complete: the connection is the client's again, or closed.
  private var socket: ClientSocket?
  private let client: HTTPClient
  private let patience: Duration
  private var decoder = ChunkedDecoder(lineLimit: 4096, overheadLimit: 64 * 1024)
  private var received = 0
  private(set) var isFinished: Bool

  init(_ head: ResponseHead, socket: ClientSocket, client: HTTPClient, patience: Duration) {
    framing = head.framing
    keepsAlive = head.keepsAlive
    self.client = client
    self.patience = patience
    isFinished = head.framing == .none || head.framing == .length(0)
    self.socket = isFinished ? nil : socket
  }

  /// The next bytes, nil at the end.
  package func next() async throws(ClientError) -> [UInt8]? { try await client.nextPiece(of: self) }

  func read() async throws(ClientError) -> [UInt8]? {
    while let socket {
      let piece = try takeInput(of: socket)
      if isFinished {
        self.socket = nil
        await client.release(socket, keepsAlive: keepsAlive)
      }
      if !piece.isEmpty { return piece }
      if isFinished { break }
      guard try await socket.receive(patience: patience) else {
        guard framing == .untilClose else {
          throw ClientError(.closed, "lost the connection to \(client.server) before its answer was complete")
        }
        isFinished = true
        self.socket = nil
        break
      }
    }
    return nil
  }

  private func takeInput(of socket: ClientSocket) throws(ClientError) -> [UInt8] {
    var piece: [UInt8] = []
    switch framing {
    case .none: break
    case .untilClose: swap(&piece, &socket.input)
    case .length(let length):
      piece = Array(socket.input.prefix(length - received))
      socket.input.removeFirst(piece.count)
      received += piece.count
      isFinished = received == length
    case .chunked:
      do throws(Refusal) {
        let used = try socket.input.withUnsafeBufferPointer { all throws(Refusal) in
          try decoder.decode(all, into: &piece, room: .max)
        }
        socket.input.removeFirst(used)
      } catch {
        throw ClientError(.badAnswer, "\(client.server): \(error.detail)")
      }
      isFinished = decoder.isFinished
    }
    return piece
  }
}
