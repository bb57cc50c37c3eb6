/// Takes the lines of an answer's head as libcurl hands them over, and makes fields of them.
struct CurlHeadReader {
  private var bytes: [UInt8] = []

  /// Takes one line. What came before a second status line was an interim answer.
  mutating func add(_ line: UnsafeRawBufferPointer) {
    if line.starts(with: Self.statusLine) { bytes.removeAll(keepingCapacity: true) }
    bytes.append(contentsOf: line)
  }

  private static let statusLine = Array("HTTP/".utf8)

  /// Everything that is known of the answer.
  func head(of easy: CurlEasy) -> CurlTransfer.Head {
    let status = easy.number(.status)
    let headers = fields
    let length = easy.number(.contentLength)
    let place = (300..<400).contains(status) ? headers.first { $0.name.lowercased() == "location" } : nil
    return CurlTransfer.Head(
      status: status, headers: headers,
      redirectURL: place.flatMap { easy.functions.resolve($0.value, against: easy.string(.effectiveURL)) },
      remoteAddress: easy.string(.remoteAddress) ?? "",
      majorVersion: max(1, easy.number(.httpVersion) - 1), isNewConnection: easy.number(.connects) > 0,
      contentLength: length >= 0 ? Int64(length) : nil)
  }

  /// The fields in their order; the status line and the empty line at the end are none.
  var fields: [(name: String, value: String)] {
    bytes.split { $0 == UInt8(ascii: "\n") }.compactMap { line in
      guard !line.starts(with: Self.statusLine), let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
        return nil
      }
      let start = line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      let end = start.lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") }
      let value = end.map { start[...$0] } ?? []
      return (String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
    }
  }
}
