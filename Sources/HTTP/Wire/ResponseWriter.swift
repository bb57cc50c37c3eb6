/// How the end of an answer's content is told to the client (RFC 9112 §6).
enum ResponseFraming: Equatable {
  /// No content and nothing that announces one: 1xx, 204, 304.
  case none
  case length(Int)
  case chunked
  /// The connection closes, the only way for a client of HTTP/1.0.
  case untilClose

  init(status: Status, count: Int?, version: Version) {
    if status.forbidsContent {
      self = .none
    } else if let count {
      self = .length(count)
    } else {
      self = version == .http11 ? .chunked : .untilClose
    }
  }
}

/// Writes answers as bytes; it never touches a socket.
enum ResponseWriter {
  static let continueLine: [UInt8] = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
  static let lastChunk: [UInt8] = Array("0\r\n\r\n".utf8)

  /// Appends status line and fields to `output`. `date` is a whole `Date` line with its end.
  static func appendHead(
    of response: Response, framing: ResponseFraming, keepsAlive: Bool, version: Version, date: [UInt8],
    to output: inout [UInt8]
  ) {
    output.append("HTTP/1.1 ")
    output.append(decimal: response.status.code)
    output.append(.space)
    output.append(response.status.phrase)
    output.append("\r\n")
    output.append(contentsOf: date)
    appendFields(response.headers, to: &output)
    switch framing {
    case .none, .untilClose: break
    case .length(let count):
      output.append("Content-Length: ")
      output.append(decimal: count)
      output.append("\r\n")
    case .chunked: output.append("Transfer-Encoding: chunked\r\n")
    }
    if !keepsAlive {
      output.append("Connection: close\r\n")
    } else if version == .http10 {
      output.append("Connection: keep-alive\r\n")
    }
    output.append("\r\n")
  }

  /// Appends `bytes` as one chunk (RFC 9112 §7.1). No bytes make no chunk: that would be the last one.
  static func appendChunk(_ bytes: [UInt8], to output: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    output.append(contentsOf: String(bytes.count, radix: 16).utf8)
    output.append("\r\n")
    output.append(contentsOf: bytes)
    output.append("\r\n")
  }

  private static func appendFields(_ headers: Headers, to output: inout [UInt8]) {
    headers.bytes.withUnsafeBufferPointer { bytes in
      for field in headers.fields {
        output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[field.name]))
        output.append(": ")
        output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[field.value]))
        output.append("\r\n")
      }
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  fileprivate mutating func append(decimal value: Int) {
    precondition(value >= 0, "a status or length is never negative")
    var divisor = 1
    while value / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
      divisor /= 10
    }
  }
}
