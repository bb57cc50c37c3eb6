/// Gathers the fields that decide where a request ends and what becomes of its connection.
///
/// Everything that two readers could understand in two ways is refused (RFC 9112 §6.1, §6.3, §11.2).
struct FramingFields {
  private var length: Int?
  private var isChunked = false
  private var hosts = 0
  private var wantsClose = false
  private var wantsKeepAlive = false
  private(set) var expectsContinue = false

  /// Takes notice of one field.
  mutating func note(
    name: Range<Int>, value: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>
  ) throws(Refusal) {
    switch name.count {
    case 4 where bytes.matchesIgnoringCase("host", at: name): try noteHost(value, bytes)
    case 6 where bytes.matchesIgnoringCase("expect", at: name): try noteExpectation(value, bytes)
    case 10 where bytes.matchesIgnoringCase("connection", at: name): noteConnection(value, bytes)
    case 14 where bytes.matchesIgnoringCase("content-length", at: name): try noteLength(value, bytes)
    case 17 where bytes.matchesIgnoringCase("transfer-encoding", at: name): try noteCoding(value, bytes)
    default: break
    }
  }

  /// What the fields say together.
  func verdict(version: Version) throws(Refusal) -> (body: BodyFraming, keepsAlive: Bool) {
    if isChunked, length != nil {
      throw Refusal(400, "a request has either Content-Length or Transfer-Encoding, not both")
    }
    switch version {
    case .http11:
      if hosts == 0 { throw Refusal(400, "a request of HTTP/1.1 needs a Host field") }
    case .http10:
      if isChunked { throw Refusal(400, "a request of HTTP/1.0 cannot have a Transfer-Encoding") }
    }
    let body: BodyFraming = isChunked ? .chunked : length.map { $0 == 0 ? .none : .length($0) } ?? .none
    return (body, !wantsClose && (version == .http11 || wantsKeepAlive))
  }

  private mutating func noteHost(_ value: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) throws(Refusal) {
    hosts += 1
    if hosts > 1 { throw Refusal(400, "a request has one Host field, not two") }
    for index in value {
      switch bytes[index] {
      case 0x21, 0x24, 0x26...0x2E, 0x30...0x3B, 0x3D, 0x41...0x5B, 0x5D, 0x5F, 0x61...0x7A, 0x7E, .percent:
        continue
      default: throw Refusal(400, "the Host field is not a host name or address")
      }
    }
  }

  private mutating func noteLength(_ value: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) throws(Refusal) {
    if length != nil { throw Refusal(400, "a request has one Content-Length field, not two") }
    // 18 digits fit an Int; nothing that long is ever accepted, so that more are refused here.
    guard (1...18).contains(value.count) else { throw Refusal(400, "the Content-Length is not a length") }
    var total = 0
    for index in value {
      guard bytes[index].isDigit else { throw Refusal(400, "the Content-Length is not a length") }
      total = total * 10 + Int(bytes[index] - 0x30)
    }
    length = total
  }

  private mutating func noteCoding(_ value: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) throws(Refusal) {
    if isChunked { throw Refusal(400, "a request has one Transfer-Encoding field, not two") }
    guard bytes.matchesIgnoringCase("chunked", at: value) else {
      throw Refusal(400, "the only Transfer-Encoding that is understood is \"chunked\"")
    }
    isChunked = true
  }

  private mutating func noteExpectation(
    _ value: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>
  ) throws(Refusal) {
    guard bytes.matchesIgnoringCase("100-continue", at: value) else {
      throw Refusal(417, "the only expectation that is understood is \"100-continue\"")
    }
    expectsContinue = true
  }

  private mutating func noteConnection(_ value: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) {
    var start = value.lowerBound
    while start < value.upperBound {
      var end = start
      while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
      var first = start
      var last = end
      while first < last, bytes[first].isBlank { first += 1 }
      while last > first, bytes[last - 1].isBlank { last -= 1 }
      if bytes.matchesIgnoringCase("close", at: first..<last) { wantsClose = true }
      if bytes.matchesIgnoringCase("keep-alive", at: first..<last) { wantsKeepAlive = true }
      start = end + 1
    }
  }
}
