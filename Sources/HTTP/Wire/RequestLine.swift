/// `GET /missions?limit=5 HTTP/1.1`: the first line of a request (RFC 9112 §3), as places in the head's
/// bytes.
struct RequestLine {
  var method: Method = .get
  var version: Version = .http11
  var path = 0..<0
  var query = 0..<0
  var authority: Range<Int>?

  init() {}

  /// Reads the line at `text`, which has no line end.
  init(_ text: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>, limits: ServerLimits) throws(Refusal) {
    guard let afterMethod = Self.find(.space, text, bytes), afterMethod > text.lowerBound else {
      throw Self.malformed
    }
    for index in text.lowerBound..<afterMethod where !bytes[index].isToken { throw Self.malformed }
    guard let afterTarget = Self.find(.space, (afterMethod + 1)..<text.upperBound, bytes) else {
      throw text.count > limits.targetBytes ? Self.tooLong(limits) : Self.malformed
    }
    let target = (afterMethod + 1)..<afterTarget
    if target.count > limits.targetBytes { throw Self.tooLong(limits) }
    method = Self.method(text.lowerBound..<afterMethod, bytes)
    version = try Self.version((afterTarget + 1)..<text.upperBound, bytes)
    try splitTarget(target, bytes)
  }

  static func tooLong(_ limits: ServerLimits) -> Refusal {
    Refusal(414, "the request target is over \(limits.targetBytes) bytes")
  }

  private static var malformed: Refusal { Refusal(400, "the request line is not METHOD TARGET HTTP/1.1") }

  private static func find(
    _ byte: UInt8, _ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    for index in range where bytes[index] == byte { return index }
    return nil
  }

  private static func method(_ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> Method {
    // The two that nearly every request has, without making a string.
    if bytes.matches("GET", at: range) { return .get }
    if bytes.matches("POST", at: range) { return .post }
    return Method(String(decoding: bytes[range], as: UTF8.self))
  }

  private static func version(
    _ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>
  ) throws(Refusal) -> Version {
    if bytes.matches("HTTP/1.1", at: range) { return .http11 }
    if bytes.matches("HTTP/1.0", at: range) { return .http10 }
    let start = range.lowerBound
    guard range.count == 8, bytes.matches("HTTP/", at: start..<(start + 5)), bytes[start + 5].isDigit,
      bytes[start + 6] == UInt8(ascii: "."), bytes[start + 7].isDigit
    else { throw malformed }
    // A later minor version is one that a 1.1 server can answer (RFC 9110 §2.5).
    if bytes[start + 5] == UInt8(ascii: "1") { return .http11 }
    throw Refusal(505, "only HTTP/1.1 and HTTP/1.0 are spoken here")
  }

  /// Origin form, absolute form, or `*` (RFC 9112 §3.2).
  private mutating func splitTarget(
    _ target: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>
  ) throws(Refusal) {
    guard !target.isEmpty else { throw Self.malformed }
    for index in target where !bytes[index].isTargetContent || bytes[index] == UInt8(ascii: "#") {
      throw Refusal(400, "the request target has a character in it that must be percent-encoded")
    }
    guard PercentCoding.isValid(UnsafeBufferPointer(rebasing: bytes[target])) else {
      throw Refusal(400, "the request target has a \"%\" that two hexadecimal digits do not follow")
    }
    var pathStart = target.lowerBound
    if bytes[pathStart] != UInt8(ascii: "/") {
      if bytes.matches("*", at: target) {
        path = target
        query = target.upperBound..<target.upperBound
        return
      }
      pathStart = try splitAuthority(target, bytes)
    }
    let questionMark = Self.find(UInt8(ascii: "?"), pathStart..<target.upperBound, bytes)
    path = pathStart..<(questionMark ?? target.upperBound)
    query = (questionMark.map { $0 + 1 } ?? target.upperBound)..<target.upperBound
  }

  private mutating func splitAuthority(
    _ target: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>
  ) throws(Refusal) -> Int {
    let scheme = "http://"
    let start = target.lowerBound + scheme.utf8.count
    guard start < target.upperBound,
      String(decoding: bytes[target.lowerBound..<start], as: UTF8.self).equalsIgnoringCase(scheme)
    else { throw Refusal(400, "the request target must start with \"/\" or \"http://\"") }
    let end = Self.find(UInt8(ascii: "/"), start..<target.upperBound, bytes) ?? target.upperBound
    guard end > start, end < target.upperBound else {
      throw Refusal(400, "the request target has no path")
    }
    authority = start..<end
    return end
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// True if the bytes at `range` are exactly those of `text`.
  func matches(_ text: StaticString, at range: Range<Int>) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    for offset in 0..<range.count where self[range.lowerBound + offset] != text.utf8Start[offset] {
      return false
    }
    return true
  }

  /// The same without regard to the case of ASCII letters; `text` is written in lower case.
  func matchesIgnoringCase(_ text: StaticString, at range: Range<Int>) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    for offset in 0..<range.count
    where self[range.lowerBound + offset].asciiLowercased != text.utf8Start[offset] {
      return false
    }
    return true
  }
}
