import HTTP
import Testing

@Suite struct EventStreamParserTests {
  private let events = [
    ServerSentEvent(id: "1", event: "job.started", data: "{\"a\": 1}"),
    ServerSentEvent(id: "2", data: "two\nlines"), ServerSentEvent(id: "2", event: "x", data: ""),
  ]

  @Test(arguments: [1, 2, 5, 1000])
  func `events are read back, whatever pieces they arrive in`(size: Int) throws {
    let bytes = events.flatMap(\.bytes) + ServerSentEvent.keepAlive
    var parser = EventStreamParser()
    var found: [ServerSentEvent] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      found += try parser.take(bytes[start..<min(start + size, bytes.count)])
    }
    #expect(found == events)
  }

  @Test func `comments, unknown fields and carriage returns are no news`() throws {
    var parser = EventStreamParser()
    #expect(try parser.take(": hello\r\nretry: 5\r\n\r\ndata:x\r\n\r\n".utf8) == [ServerSentEvent(data: "x")])
  }

  @Test(arguments: [(10, false), (11, true)])
  func `an event has a limit`(length: Int, isRefused: Bool) {
    var parser = EventStreamParser(limit: 10)
    let text = "data:" + String(repeating: "x", count: length - 5)
    do throws(ClientError) {
      _ = try parser.take(text.utf8)
      #expect(!isRefused)
    } catch {
      #expect(isRefused)
      #expect(error.description == "an event of the stream is over 10 bytes")
    }
  }
}
