import Posix
import TestSupport
import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(1))) struct AnswerTests {
  @Test func `content is read as it arrives`() async throws {
    let running = try await RunningServer()
    let client = HTTPClient(try ServerAddress("\(running.address)"), on: running.loop)
    let answer = try await client.send(.init(.get, "/stream/3"))
    var text = ""
    while let piece = try await answer.body.next() { text += String(decoding: piece, as: UTF8.self) }
    #expect(text == "piece 0\npiece 1\npiece 2\n")
    #expect(try await answer.body.next() == nil)
    await running.stop()
  }

  @Test func `an answer that is cut short is no answer`() async throws {
    let running = try await RunningServer()
    let client = HTTPClient(try ServerAddress("\(running.address)"), on: running.loop)
    let answer = try await client.send(.init(.get, "/broken"))
    do throws(ClientError) {
      _ = try await answer.bytes()
      Issue.record("it was complete")
    } catch {
      #expect(
        error.description == "lost the connection to http://\(running.address) before its answer was complete"
      )
    }
    await running.stop()
  }

  @Test func `an answer over the limit is refused`() async throws {
    let running = try await RunningServer()
    let client = HTTPClient(try ServerAddress("\(running.address)"), on: running.loop)
    let answer = try await client.send(.init(.get, "/big"))
    do throws(ClientError) {
      _ = try await answer.bytes(limit: 1_000_000)
      Issue.record("it was taken")
    } catch {
      #expect(error.description == "the answer is over 1000000 bytes")
    }
    await running.stop()
  }
}
