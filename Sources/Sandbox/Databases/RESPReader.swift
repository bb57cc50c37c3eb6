import Formats
import MissionModel

/// Takes the answers of Redis apart, however they are cut: the protocol RESP2.
struct RESPReader {
  private var bytes: [UInt8] = []
  private var place = 0

  /// What no server of Redis sends: longest text, and deepest list.
  private static let (mostBytes, mostDepth) = (512 << 20, 32)

  /// Takes what came.
  mutating func add(_ more: [UInt8]) {
    if place > 0 {
      bytes.removeFirst(place)
      place = 0
    }
    bytes += more
  }

  /// The next whole answer; nil where more must come first.
  mutating func next() throws(StepFailure) -> RedisReply? {
    var cursor = place
    guard let reply = try self.reply(&cursor, depth: 0) else { return nil }
    place = cursor
    return reply
  }

  /// A line, for what is no answer: the head of a replication.
  mutating func line() -> String? {
    var cursor = place
    guard let line = self.line(&cursor) else { return nil }
    place = cursor
    return line
  }

  /// Everything that is left.
  mutating func takeRest() -> [UInt8] {
    defer {
      bytes = []
      place = 0
    }
    return Array(bytes[place...])
  }

  private func reply(_ cursor: inout Int, depth: Int) throws(StepFailure) -> RedisReply? {
    guard let line = self.line(&cursor) else { return nil }
    let rest = String(line.dropFirst())
    switch line.first {
    case "+": return .status(rest)
    case "-": return .error(rest)
    case ":": return .integer(try number(rest))
    case "$":
      let count = try number(rest)
      guard count >= 0 else { return .null }
      guard count <= Self.mostBytes else { throw Self.wrong }
      guard bytes.count >= cursor + Int(count) + 2 else { return nil }
      defer { cursor += Int(count) + 2 }
      return .bytes(Array(bytes[cursor..<(cursor + Int(count))]))
    case "*":
      let count = try number(rest)
      guard count >= 0 else { return .null }
      guard depth < Self.mostDepth, count <= Self.mostBytes else { throw Self.wrong }
      var elements: [RedisReply] = []
      for _ in 0..<count {
        guard let element = try self.reply(&cursor, depth: depth + 1) else { return nil }
        elements.append(element)
      }
      return .list(elements)
    default: throw Self.wrong
    }
  }

  private func line(_ cursor: inout Int) -> String? {
    guard let end = bytes[cursor...].firstIndex(of: 10) else { return nil }
    defer { cursor = end + 1 }
    let line = bytes[cursor..<end]
    return String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
  }

  private func number(_ text: String) throws(StepFailure) -> Int64 {
    guard let number = Int64(text) else { throw Self.wrong }
    return number
  }

  private static let wrong = StepFailure("the server does not speak the protocol of Redis")
}
