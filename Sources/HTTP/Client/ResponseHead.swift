/// Status line and fields of an answer, as a client reads them.
struct ResponseHead {
  let status: Status
  let headers: Headers
  let framing: ResponseFraming
  /// Whether another request may follow on the connection.
  let keepsAlive: Bool

  /// Bytes of a head that a client takes.
  static let limit = 64 * 1024

  /// Reads a head at the start of `bytes`, and returns it with its length; nil while it is not complete.
  ///
  /// - Parameter method: of the request, since an answer to HEAD has no content.
  static func parse(
    _ bytes: [UInt8], to method: Method, from server: ServerAddress
  ) throws(ClientError) -> (head: ResponseHead, length: Int)? {
    guard let end = endOfHead(bytes) else {
      guard bytes.count <= limit else {
        throw ClientError(.badAnswer, "\(server): the head of the answer has no end")
      }
      return nil
    }
    let lines = bytes[..<end].split(separator: .lineFeed).map { line in
      String(decoding: line.last == .carriageReturn ? line.dropLast() : line, as: UTF8.self)
    }
    let words = lines.first?.split(separator: " ", maxSplits: 2) ?? []
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let code = Int(words[1]),
      (100...599).contains(code)
    else { throw ClientError(.badAnswer, "\(server): the answer is not HTTP/1.1") }
    var headers = Headers()
    for line in lines.dropFirst() where !line.isEmpty {
      guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else {
        throw ClientError(.badAnswer, "\(server): a header field of the answer has no name")
      }
      headers.append(String(line[..<colon]), String(line[line.index(after: colon)...].trimmingBlanks))
    }
    return (try ResponseHead(Status(code), headers, words[0] == "HTTP/1.0", method, server), end)
  }

  private init(
    _ status: Status, _ headers: Headers, _ isOld: Bool, _ method: Method, _ server: ServerAddress
  ) throws(ClientError) {
    self.status = status
    self.headers = headers
    if status.forbidsContent || method == .head {
      framing = .none
    } else if headers.lists("chunked", in: "Transfer-Encoding") {
      framing = .chunked
    } else if let text = headers["Content-Length"] {
      guard let length = Int(text), length >= 0 else {
        throw ClientError(.badAnswer, "\(server): the answer has a Content-Length that is no length")
      }
      framing = .length(length)
    } else {
      framing = .untilClose
    }
    keepsAlive = !isOld && framing != .untilClose && !headers.lists("close", in: "Connection")
  }

  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    var index = 0
    while let lineFeed = bytes[index...].firstIndex(of: .lineFeed) {
      index = lineFeed + 1
      if bytes[index...].starts(with: [.carriageReturn, .lineFeed]) { return index + 2 }
    }
    return nil
  }
}
