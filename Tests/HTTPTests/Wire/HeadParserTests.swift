import TestSupport
import Testing

@testable import HTTP

@Suite struct HeadParserTests {
  @Test func `a head is read into its parts`() throws {
    let head = try #require(
      try parsedHead(
        "POST /a/b?x=1&y HTTP/1.1\r\nHost: example\r\nX-A:  two words \r\nContent-Length: 12\r\n\r\n")
    )
    #expect(head.method == .post)
    #expect(head.headers.text(head.path) == "/a/b")
    #expect(head.headers.text(head.query) == "x=1&y")
    #expect(head.headers["x-a"] == "two words")
    #expect(head.framing == .length(12))
    #expect(head.keepsAlive)
    #expect(!head.expectsContinue)
  }

  @Test func `a head may arrive in pieces of any size`() throws {
    let text = Array("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nrest".utf8)
    for size in 1...text.count {
      var parser = HeadParser(limits: ServerLimits())
      var found: (length: Int, head: RequestHead)?
      var end = 0
      while found == nil {
        end = min(end + size, text.count)
        found = try text[..<end].withUnsafeBufferPointer { all throws(Refusal) in try parser.parse(all) }
      }
      #expect(found?.length == text.count - 4)
      #expect(found?.head.keepsAlive == false)
    }
  }

  @Test func `a few empty lines before a request are read over`() throws {
    #expect(try parsedHead("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")?.method == .get)
  }

  @Test(arguments: [(32_767, nil), (32_768, nil), (32_769, 431)])
  func `header fields have a limit`(length: Int, status: Int?) {
    let start = "Host: a\r\nX: "
    let value = String(repeating: "v", count: length - start.utf8.count - 4)
    #expect(refusalOfHead("GET / HTTP/1.1\r\n\(start)\(value)\r\n\r\n")?.status.code == status)
  }

  @Test func `fields without end are refused before their line ends`() {
    #expect(refusalOfHead("GET / HTTP/1.1\r\nX: " + String(repeating: "v", count: 40_000))?.status == 431)
  }

  @Test func `random bytes end in a head, a refusal or a wait, never in a trap`() {
    var random = SeededBytes(seed: 7)
    let seeds = [
      "GET /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n",
      "POST http://h/ HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n",
    ].map { Array($0.utf8) }
    for _ in 0..<20_000 {
      var bytes = seeds.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        default: bytes.remove(at: place)
        }
      }
      do throws(Refusal) { _ = try parsedHead(bytes) } catch {
        #expect((400...505).contains(error.status.code))
      }
    }
  }
}
