package import Posix

/// An answer: what a handler returns. Length, date and connection fields are added as it is sent.
package struct Response: Sendable {
  /// Its status.
  package var status: Status
  /// Its header fields, without those that the server writes itself.
  package var headers: Headers
  /// Its content.
  package var body: ResponseBody
  /// How long the answer of a middleware is held back; nobody but this client waits for it.
  package var delay = Duration.zero

  /// Makes an answer.
  package init(_ status: Status, headers: Headers = [:], body: ResponseBody = .none) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Makes an answer of bytes in memory with their media type.
  package init(_ status: Status, _ bytes: [UInt8], type: String) {
    self.init(status, headers: ["Content-Type": type], body: .bytes(bytes))
  }

  /// Makes an answer of text.
  package init(_ status: Status, text: String) {
    self.init(status, Array(text.utf8), type: "text/plain; charset=utf-8")
  }
}

/// The content of an answer.
package enum ResponseBody: Sendable {
  case none
  case bytes([UInt8])
  /// A piece of a file, which the kernel copies to the socket.
  case file(FilePiece)
  /// Content that is made while it is sent.
  case stream(BodyStream)

  /// The number of bytes, nil where only the end of a stream tells.
  package var count: Int? {
    switch self {
    case .none: 0
    case .bytes(let bytes): bytes.count
    case .file(let piece): piece.count
    case .stream(let stream): stream.count
    }
  }
}

/// A file that answers share; it closes with the last of them.
package final class OpenFile: Sendable {
  /// The descriptor, open for reading.
  package let descriptor: FileDescriptor

  /// Takes over an open file.
  package init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}

/// Bytes `offset` to `offset + count` of a file.
package struct FilePiece: Sendable {
  /// The file they are in.
  package let file: OpenFile
  /// Where they start.
  package let offset: Int
  /// How many they are; the file must have them, or the answer is cut short.
  package let count: Int

  /// Names a piece of `file`.
  package init(_ file: OpenFile, offset: Int = 0, count: Int) {
    self.file = file
    self.offset = offset
    self.count = count
  }
}

/// Content that a handler writes piece by piece after the head of its answer has gone out.
package struct BodyStream: Sendable {
  /// The number of bytes that will be written, if that is known; otherwise they go out in chunks.
  package let count: Int?
  /// Writes the content. When it returns the answer is complete; when it throws, the connection is cut, so
  /// that the client can tell.
  package let write: @Sendable (BodyWriter) async throws(StreamError) -> Void

  /// Makes a stream whose length is `count`, or told by its end.
  package init(
    count: Int? = nil, _ write: @escaping @Sendable (BodyWriter) async throws(StreamError) -> Void
  ) {
    self.count = count
    self.write = write
  }
}

/// Why a stream ended before its content did.
package enum StreamError: Error, Equatable, Sendable {
  /// The client has closed its connection, or takes nothing any more.
  case clientGone
  /// The content could not be made; the sentence is for the log.
  case failed(String)
}
