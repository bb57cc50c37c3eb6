/// Reads a `text/event-stream` back into events, over as many reads as it takes (HTML standard §9.2.6).
package struct EventStreamParser: Sendable {
  private var line: [UInt8] = []
  private var id: String?
  private var event: String?
  private var data: [String] = []
  /// Bytes of one event that are taken.
  private let limit: Int
  private var size = 0

  /// Makes a parser at the start of a stream; events over `limit` bytes are refused.
  package init(limit: Int = 1024 * 1024) { self.limit = limit }

  /// Takes bytes and returns the events that they complete.
  package mutating func take(_ bytes: some Sequence<UInt8>) throws(ClientError) -> [ServerSentEvent] {
    var events: [ServerSentEvent] = []
    for byte in bytes {
      guard byte == .lineFeed else {
        size += 1
        guard size <= limit else {
          throw ClientError(.badAnswer, "an event of the stream is over \(limit) bytes")
        }
        line.append(byte)
        continue
      }
      if line.last == .carriageReturn { line.removeLast() }
      let text = String(decoding: line, as: UTF8.self)
      line.removeAll(keepingCapacity: true)
      if text.isEmpty {
        if let event = finish() { events.append(event) }
      } else {
        note(text)
      }
    }
    return events
  }

  private mutating func finish() -> ServerSentEvent? {
    defer {
      event = nil
      data = []
      size = 0
    }
    return data.isEmpty ? nil : ServerSentEvent(id: id, event: event, data: data.joined(separator: "\n"))
  }

  private mutating func note(_ line: String) {
    let colon = line.firstIndex(of: ":") ?? line.endIndex
    var value = colon < line.endIndex ? line[line.index(after: colon)...] : ""
    if value.hasPrefix(" ") { value.removeFirst() }
    switch line[..<colon] {
    case "id": id = String(value)
    case "event": event = String(value)
    case "data": data.append(String(value))
    default: break  // a comment, or a field that only browsers heed
    }
  }
}
