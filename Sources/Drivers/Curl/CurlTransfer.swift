/// One request and its answer, in the hands of whoever asked. The body is pulled: libcurl waits where nobody
/// reads. Dropped before its end, it is cancelled.
package final class CurlTransfer: Sendable {
  /// The head of an answer.
  package struct Head: Sendable, Equatable {
    package var status: Int
    /// In the order in which they came, names as they were written.
    package var headers: [(name: String, value: String)]
    /// Absolute; nil where the answer names no other place.
    package var redirectURL: String?
    package var remoteAddress: String
    /// 1, 2 or 3 for HTTP/1.x, HTTP/2, HTTP/3.
    package var majorVersion: Int
    /// True if a connection was made for it.
    package var isNewConnection: Bool
    /// Bytes that the server said it would send; nil where it said nothing.
    package var contentLength: Int64?

    package static func == (left: Head, right: Head) -> Bool {
      left.status == right.status && left.headers.elementsEqual(right.headers) { $0 == $1 }
        && left.redirectURL == right.redirectURL && left.remoteAddress == right.remoteAddress
        && left.majorVersion == right.majorVersion && left.isNewConnection == right.isNewConnection
        && left.contentLength == right.contentLength
    }
  }

  private let exchange: CurlExchange
  private let thread: CurlThread
  private var loop: CurlLoop { thread.loop }

  init(_ exchange: CurlExchange, on thread: CurlThread) {
    self.exchange = exchange
    self.thread = thread
  }

  deinit { exchange.cancel(loop) }

  /// Ends the transfer: what waits in it returns at once. From any thread, any number of times.
  package func cancel() { exchange.cancel(loop) }

  /// Sends the request, and waits for the head of the answer and a first piece of its body, or all of it.
  /// Where the request `connectsOnly`, waits for the connection.
  package func start() async throws(CurlError) -> Head { try await exchange.start(loop) }

  /// The next bytes of the body; none at its end.
  package func read() async throws(CurlError) -> [UInt8] { try await exchange.read(loop) }

  /// The next bytes from the other side of a connection; none where it has closed.
  package func receive() async throws(CurlError) -> [UInt8] {
    try await exchange.converse(loop) { stream, continuation in stream.read(continuation) }
  }

  /// Sends all of `bytes` over a connection.
  package func send(_ bytes: [UInt8]) async throws(CurlError) {
    try await exchange.converse(loop) { stream, continuation in stream.write(bytes, continuation) }
  }
}
