/// Finds and checks the head of one request, over as many reads as its bytes take to arrive.
///
/// Strict where leniency would let two readers disagree about where a request ends (RFC 9112 §11.2):
/// lines end in CR LF and nothing else, names are tokens directly before the colon, no line is folded.
struct HeadParser {
  private enum Stage { case requestLine, fields }

  private let limits: ServerLimits
  private var stage: Stage = .requestLine
  /// Start of the line that is not complete yet, and how far its end was looked for.
  private var lineStart = 0
  private var scanned = 0
  private var emptyLines = 0
  private var fieldsStart = 0
  private var line = RequestLine()
  private var fields: [Headers.Field] = []
  private var framing = FramingFields()

  init(limits: ServerLimits) { self.limits = limits }

  /// Looks at `bytes`, the request from its first byte on, all that has arrived of it.
  ///
  /// Returns the number of bytes of the head and what it says, or nil while it is not complete.
  mutating func parse(
    _ bytes: UnsafeBufferPointer<UInt8>
  ) throws(Refusal) -> (length: Int, head: RequestHead)? {
    while let end = endOfLine(in: bytes) {
      guard end > lineStart, bytes[end - 1] == .carriageReturn else {
        throw Refusal(400, "a line of the head ends in a bare line feed")
      }
      let text = lineStart..<(end - 1)
      lineStart = end + 1
      switch stage {
      case .requestLine:
        if text.isEmpty {
          try skipEmptyLine()
        } else {
          line = try RequestLine(text, in: bytes, limits: limits)
          stage = .fields
          fieldsStart = lineStart
        }
      case .fields:
        try checkHeaderBytes(lineStart)
        if text.isEmpty { return (lineStart, try finish(bytes)) }
        try appendField(text, in: bytes)
      }
    }
    try checkUnfinishedLine(bytes)
    return nil
  }

  private mutating func endOfLine(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var index = max(scanned, lineStart)
    while index < bytes.count {
      if bytes[index] == .lineFeed {
        scanned = index + 1
        return index
      }
      index += 1
    }
    scanned = index
    return nil
  }

  /// Some clients send an empty line after the content before (RFC 9112 §2.2).
  private mutating func skipEmptyLine() throws(Refusal) {
    emptyLines += 1
    if emptyLines > 4 { throw Refusal(400, "a request line was expected, not empty lines") }
  }

  /// Refuses what can no longer become a head, without waiting for the end of its line.
  private func checkUnfinishedLine(_ bytes: UnsafeBufferPointer<UInt8>) throws(Refusal) {
    switch stage {
    case .requestLine:
      guard lineStart < bytes.count else { return }
      guard bytes[lineStart].isToken || bytes[lineStart] == .carriageReturn else {
        throw Refusal(400, "this is not an HTTP request")
      }
      if bytes.count - lineStart > limits.requestLineBytes { throw RequestLine.tooLong(limits) }
    case .fields:
      try checkHeaderBytes(bytes.count)
    }
  }

  private func checkHeaderBytes(_ end: Int) throws(Refusal) {
    guard end - fieldsStart <= limits.headerBytes else {
      throw Refusal(431, "the header fields are over \(limits.headerBytes) bytes")
    }
  }

  private mutating func appendField(
    _ text: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>
  ) throws(Refusal) {
    var index = text.lowerBound
    if bytes[index].isBlank { throw Refusal(400, "a header field is folded over two lines") }
    while index < text.upperBound, bytes[index].isToken { index += 1 }
    guard index < text.upperBound, bytes[index] == .colon, index > text.lowerBound else {
      throw Refusal(400, "a header field has no name, or something but a colon follows its name")
    }
    let name = text.lowerBound..<index
    var start = index + 1
    var end = text.upperBound
    while start < end, bytes[start].isBlank { start += 1 }
    while end > start, bytes[end - 1].isBlank { end -= 1 }
    for position in start..<end where !bytes[position].isFieldContent {
      throw Refusal(400, "a header field has a control character in it")
    }
    if fields.isEmpty { fields.reserveCapacity(8) }
    fields.append(
      Headers.Field(
        nameStart: UInt32(name.lowerBound), nameEnd: UInt32(name.upperBound), valueStart: UInt32(start),
        valueEnd: UInt32(end)))
    try framing.note(name: name, value: start..<end, in: bytes)
  }

  private mutating func finish(_ bytes: UnsafeBufferPointer<UInt8>) throws(Refusal) -> RequestHead {
    let verdict = try framing.verdict(version: line.version)
    let text = Array(UnsafeBufferPointer(rebasing: bytes[0..<lineStart]))
    return RequestHead(
      method: line.method, version: line.version, path: line.path, query: line.query,
      authority: line.authority, headers: Headers(bytes: text, fields: fields), framing: verdict.body,
      keepsAlive: verdict.keepsAlive, expectsContinue: framing.expectsContinue && line.version == .http11)
  }
}
