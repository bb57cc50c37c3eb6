import Formats

/// How a streamed answer is cut into pieces.
enum StreamFraming: Sendable, Equatable {
  /// `text/event-stream` of the WHATWG's HTML standard, §9.2.
  case events
  /// One JSON value a line.
  case lines
}

/// One piece of a streamed answer.
struct StreamPiece: Sendable, Equatable {
  /// The kind of a server-sent event; empty where it has none.
  var event = ""
  var data: String
}

/// Cuts the bytes of a streamed answer into pieces as they come.
struct StreamReader: Sendable {
  private let framing: StreamFraming
  private var line: [UInt8] = []
  private var event = ""
  private var data: [String] = []
  private var endedInReturn = false
  /// Most bytes of one line.
  private static let mostBytes = 16 << 20

  init(_ framing: StreamFraming) { self.framing = framing }

  /// True once a line is longer than any answer's.
  var isOverflowing: Bool { line.count > Self.mostBytes }

  /// The pieces that are whole now.
  mutating func take(_ bytes: [UInt8]) -> [StreamPiece] {
    var pieces: [StreamPiece] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\n") where endedInReturn: break
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): endLine(&pieces)
      default: line.append(byte)
      }
      endedInReturn = byte == UInt8(ascii: "\r")
    }
    return pieces
  }

  /// What is left at the end; servers leave the last line end out at times.
  mutating func finish() -> [StreamPiece] {
    var pieces: [StreamPiece] = []
    if !line.isEmpty { endLine(&pieces) }
    if !data.isEmpty { endLine(&pieces) }
    return pieces
  }

  private mutating func endLine(_ pieces: inout [StreamPiece]) {
    let text = String(decoding: line, as: UTF8.self)
    line.removeAll(keepingCapacity: true)
    guard framing == .events else {
      if text.contains(where: { !$0.isWhitespace }) { pieces.append(StreamPiece(data: text)) }
      return
    }
    guard !text.isEmpty else {
      if !data.isEmpty { pieces.append(StreamPiece(event: event, data: data.joined(separator: "\n"))) }
      (event, data) = ("", [])
      return
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var value = parts.count == 2 ? parts[1] : ""
    if value.first == " " { value.removeFirst() }
    switch parts[0] {
    case "event": event = String(value)
    case "data": data.append(String(value))
    default: break  // comments, ids and waits are of no use here
    }
  }
}
