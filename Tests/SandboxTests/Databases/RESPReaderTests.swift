import Formats
import MissionModel
import Testing

@testable import Sandbox

/// `RESPReader`, without a server; `RedisConnection` has one in the tests of its steps.
@Suite struct RESPReaderTests {
  private static let text = "+OK\r\n:-7\r\n$3\r\na\r\n\r\n$-1\r\n*3\r\n$1\r\nx\r\n*-1\r\n*1\r\n-ERR no\r\n"
  private static let replies: [RedisReply] = [
    .status("OK"), .integer(-7), .bytes([97, 13, 10]), .null,
    .list([.bytes([120]), .null, .list([.error("ERR no")])]),
  ]

  @Test(arguments: [1, 2, 7, 1000]) func `answers are read however they are cut`(size: Int) throws {
    var reader = RESPReader()
    var replies: [RedisReply] = []
    var rest = Array(Self.text.utf8)[...]
    while !rest.isEmpty {
      reader.add(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
      while let reply = try reader.next() { replies.append(reply) }
    }
    #expect(replies == Self.replies)
  }

  @Test(arguments: ["HTTP/1.1 200\r\n", "$x\r\n", "$99999999999\r\n", "*99999999999\r\n"])
  func `what is no Redis is told`(text: String) {
    var reader = RESPReader()
    reader.add(Array(text.utf8))
    #expect(throws: StepFailure("the server does not speak the protocol of Redis")) { try reader.next() }
  }

  @Test func `lists end at a depth`() {
    var reader = RESPReader()
    reader.add(Array(String(repeating: "*1\r\n", count: 1000).utf8))
    #expect(throws: StepFailure.self) { try reader.next() }
  }

  @Test func `lines and the rest come as they are`() {
    var reader = RESPReader()
    reader.add(Array("\n$5\r\nab".utf8))
    #expect([reader.line(), reader.line(), reader.line()] == ["", "$5", nil])
    #expect(reader.takeRest() == [97, 98])
    _ = RedisConnection.self
  }
}
