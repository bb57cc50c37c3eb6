import Glibc
import Posix
import Testing

@testable import HTTP

@Suite struct ByteRangeTests {
  @Test(arguments: [
    (nil, ByteRange.whole), ("bytes=0-0", .part(0..<1)), ("bytes=0-99", .part(0..<100)),
    ("bytes=90-", .part(90..<100)), ("bytes=99-", .part(99..<100)), ("bytes=100-", .unsatisfiable),
    ("bytes=50-1000", .part(50..<100)), ("bytes=-10", .part(90..<100)), ("bytes=-1000", .part(0..<100)),
    ("bytes=-0", .unsatisfiable), ("Bytes=1-2", .part(1..<3)), ("bytes= 1-2 ", .part(1..<3)),
    ("bytes=2-1", .whole), ("bytes=0-1,5-6", .whole), ("lines=1-2", .whole), ("bytes=", .whole),
    ("bytes=-", .whole), ("bytes=a-b", .whole), ("bytes=+1-2", .whole), ("bytes=1-2-3", .whole),
    ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=7-99999999999999999999", .part(7..<100)),
    ("bytes=-99999999999999999999", .part(0..<100)),
  ])
  func `a range is one of three things`(field: String?, range: ByteRange) {
    #expect(ByteRange(field, size: 100) == range)
  }

  @Test func `nothing of an empty file can be asked for`() {
    #expect(ByteRange("bytes=0-", size: 0) == .unsatisfiable)
    #expect(ByteRange("bytes=-1", size: 0) == .unsatisfiable)
  }

  @Test func `a range beyond the end is answered with the size, for people and for programs`() {
    let response = Response.unsatisfiable(size: 12)
    #expect(response.status == 416)
    #expect(response.headers["Content-Range"] == "bytes */12")
    #expect(response.headers["Content-Type"] == "application/problem+json")
    guard case .bytes(let bytes) = response.body else { return #expect(Bool(false), "no text") }
    #expect(
      String(decoding: bytes, as: UTF8.self).contains(
        "nothing of the range lies within the 12 bytes that there are"))
  }

  @Test(
    arguments: [
      (["Range": "bytes=2-3"], 206, "bytes 12"), (["Range": "bytes=50-"], 416, nil), ([:], 200, nil),
      (["Range": "bytes=2-3", "If-Range": "\"a\""], 206, ""),
      (["Range": "bytes=2-3", "If-Range": "\"b\""], 200, nil),
    ] as [(Headers, Int, String?)])
  func `a file is answered with what was asked for`(headers: Headers, status: Int, range: String?) throws {
    let file = OpenFile(try FileDescriptor.open("/dev/null", O_RDONLY))
    let request = Request(.get, "/log", headers: headers)
    let response = Response.file(
      FilePiece(file, offset: 10, count: 10), type: "text/plain", tag: "\"a\"", for: request)
    #expect(response.status.code == status)
    if range != nil {
      #expect(response.headers["Content-Range"] == "bytes 2-3/10")
      guard case .file(let piece) = response.body else { throw Refusal(500, "no file") }
      #expect(piece.offset == 12)
      #expect(piece.count == 2)
    }
  }
}
