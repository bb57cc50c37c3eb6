/// One event of a `text/event-stream`, as the HTML standard defines it (§9.2).
package struct ServerSentEvent: Sendable, Equatable {
  /// What `Last-Event-ID` repeats to go on from here.
  package var id: String?
  /// The event's type; nil is `message`.
  package var event: String?
  /// Its data, of one line or several.
  package var data: String

  /// Makes an event.
  package init(id: String? = nil, event: String? = nil, data: String) {
    self.id = id
    self.event = event
    self.data = data
  }

  /// The event as bytes, with the empty line that ends it.
  package var bytes: [UInt8] {
    var text = ""
    if let id { text += "id: \(Self.line(id))\n" }
    if let event { text += "event: \(Self.line(event))\n" }
    for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      text += "data: \(line)\n"
    }
    return Array(text.utf8) + [.lineFeed]
  }

  /// A comment, which keeps proxies and clients from giving up a quiet stream.
  package static let keepAlive: [UInt8] = Array(": still here\n\n".utf8)

  private static func line(_ text: String) -> String { String(text.filter { !$0.isNewline }) }
}
