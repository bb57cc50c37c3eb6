/// The client's side of a WebSocket after its opening, without clock or socket: RFC 6455 §5 to §7.
///
/// Bytes of the server go in, events come out; what is to be sent collects in `output`.
package struct WebSocketMachine: Sendable {
  /// What the server did.
  package enum Event: Sendable, Equatable {
    case text(String)
    case binary([UInt8])
    /// The server's close frame; 1005 where it named no code.
    case close(code: Int, reason: String)
  }

  /// Bytes for the server; whoever sends them empties it.
  package var output: [UInt8] = []
  /// True after this side said that it ends.
  package private(set) var isClosing = false

  private let maxMessageBytes: Int
  private var mask: @Sendable () -> UInt32
  private var input: [UInt8] = []
  private var fragments: (opcode: UInt8, bytes: [UInt8])?

  private static let continuation: UInt8 = 0
  private static let text: UInt8 = 1
  private static let binary: UInt8 = 2
  private static let close: UInt8 = 8
  private static let ping: UInt8 = 9
  private static let pong: UInt8 = 10
  /// Most bytes of a control frame.
  private static let controlBytes = 125

  /// Begins with an open connection.
  ///
  /// - Parameter mask: gives a number that the server cannot guess, for each frame.
  package init(maxMessageBytes: Int, mask: @escaping @Sendable () -> UInt32) {
    self.maxMessageBytes = maxMessageBytes
    self.mask = mask
  }

  /// Puts a text message into `output`.
  package mutating func send(_ message: String) { put(Self.text, Array(message.utf8)) }

  /// Puts the close frame into `output`, once.
  package mutating func close(_ code: Int = 1000) {
    guard !isClosing else { return }
    isClosing = true
    put(Self.close, [UInt8(code >> 8), UInt8(code & 0xFF)])
  }

  /// Takes in what the server sent, and tells what it means. Answers pings and the close by itself.
  package mutating func receive(_ bytes: [UInt8]) throws(WebSocketError) -> [Event] {
    input += bytes
    var events: [Event] = []
    while let frame = try nextFrame() {
      if let event = try take(frame) { events.append(event) }
    }
    return events
  }

  private struct Frame {
    var isLast: Bool
    var opcode: UInt8
    var payload: [UInt8]
  }

  private mutating func nextFrame() throws(WebSocketError) -> Frame? {
    guard input.count >= 2 else { return nil }
    guard input[0] & 0x70 == 0 else { throw WebSocketError("a frame uses bits that nobody agreed on") }
    guard input[1] & 0x80 == 0 else { throw WebSocketError("a frame of the server is masked") }
    var length = UInt64(input[1] & 0x7F)
    let lengthBytes = length == 126 ? 2 : length == 127 ? 8 : 0
    let opcode = input[0] & 0x0F
    let isLast = input[0] & 0x80 != 0
    if opcode >= Self.close, !isLast || length > Self.controlBytes {
      throw WebSocketError("a control frame is in parts or too long")
    }
    guard input.count >= 2 + lengthBytes else { return nil }
    if lengthBytes > 0 { length = input[2..<2 + lengthBytes].reduce(0) { $0 << 8 | UInt64($1) } }
    guard length <= UInt64(maxMessageBytes - (fragments?.bytes.count ?? 0)) || opcode >= Self.close else {
      throw WebSocketError("a message is longer than \(maxMessageBytes) bytes; raise limits.max_output_bytes")
    }
    let start = 2 + lengthBytes
    guard input.count - start >= Int(length) else { return nil }
    let payload = Array(input[start..<start + Int(length)])
    input.removeFirst(start + Int(length))
    return Frame(isLast: isLast, opcode: opcode, payload: payload)
  }

  private mutating func take(_ frame: Frame) throws(WebSocketError) -> Event? {
    switch frame.opcode {
    case Self.text, Self.binary:
      guard fragments == nil else { throw WebSocketError("a message begins inside of another") }
      return try add(frame.payload, to: (frame.opcode, []), isLast: frame.isLast)
    case Self.continuation:
      guard let begun = fragments else { throw WebSocketError("a message goes on that never began") }
      return try add(frame.payload, to: begun, isLast: frame.isLast)
    case Self.ping:
      if !isClosing { put(Self.pong, frame.payload) }
      return nil
    case Self.pong: return nil
    case Self.close: return try closeEvent(frame.payload)
    default: throw WebSocketError("a frame has the unknown kind \(frame.opcode)")
    }
  }

  private mutating func add(
    _ bytes: [UInt8], to begun: (opcode: UInt8, bytes: [UInt8]), isLast: Bool
  ) throws(WebSocketError) -> Event? {
    let whole = begun.bytes + bytes
    guard isLast else {
      fragments = (begun.opcode, whole)
      return nil
    }
    fragments = nil
    guard begun.opcode == Self.text else { return .binary(whole) }
    guard let text = String(validating: whole, as: UTF8.self) else {
      throw WebSocketError("a text message is no UTF-8")
    }
    return .text(text)
  }

  private mutating func closeEvent(_ payload: [UInt8]) throws(WebSocketError) -> Event {
    guard payload.count != 1 else { throw WebSocketError("a close frame has half a code") }
    let code = payload.isEmpty ? 1005 : Int(payload[0]) << 8 | Int(payload[1])
    guard let reason = String(validating: payload.dropFirst(2), as: UTF8.self) else {
      throw WebSocketError("the reason of a close frame is no UTF-8")
    }
    close(payload.isEmpty ? 1000 : code)
    return .close(code: code, reason: reason)
  }

  private mutating func put(_ opcode: UInt8, _ payload: [UInt8]) {
    output.append(0x80 | opcode)
    switch payload.count {
    case ...125: output.append(0x80 | UInt8(payload.count))
    case ...0xFFFF: output += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default:
      output.append(0x80 | 127)
      output += stride(from: 56, through: 0, by: -8).map { UInt8(payload.count >> $0 & 0xFF) }
    }
    let number = mask()
    let key = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    output += key
    output += payload.enumerated().map { $1 ^ key[$0 & 3] }
  }
}

/// How a server broke the protocol.
package struct WebSocketError: Error, Sendable, Equatable {
  /// A clause such as `a frame of the server is masked`.
  package let message: String

  init(_ message: String) { self.message = message }
}
