import TestSupport
import Testing

@testable import HTTP

@Suite struct ChunkedDecoderTests {
  private struct Decoded: Equatable {
    var text = ""
    var used = 0
    var isFinished = false
  }

  private func decode(_ text: String, piece: Int = .max, room: Int = .max) throws(Refusal) -> Decoded {
    var decoder = ChunkedDecoder(lineLimit: 64, overheadLimit: 128)
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    var used = 0
    while used < bytes.count, !decoder.isFinished {
      let end = used + min(piece, bytes.count - used)
      used += try bytes[used..<end].withUnsafeBufferPointer { all throws(Refusal) in
        try decoder.decode(all, into: &output, room: room)
      }
    }
    return Decoded(text: String(decoding: output, as: UTF8.self), used: used, isFinished: decoder.isFinished)
  }

  private func refusal(_ text: String) -> Refusal? {
    do throws(Refusal) {
      _ = try decode(text)
      return nil
    } catch { return error }
  }

  private let body = "4\r\nWiki\r\n6;a=\"b\"\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nTrailer: x\r\n\r\n"

  @Test(arguments: [1, 2, 3, 7, Int.max])
  func `chunks are joined, whatever pieces they arrive in`(piece: Int) throws {
    let decoded = try decode(body + "GET /next", piece: piece)
    #expect(decoded.text == "Wikipedia in \r\n\r\nchunks.")
    #expect(decoded.isFinished)
    #expect(decoded.used == body.utf8.count)
  }

  @Test func `no more is put out than there is room for`() throws {
    #expect(try decode(body, room: 3).text == "Wikipedia in \r\n\r\nchunks.")
  }

  @Test func `a body that has not ended is not finished`() throws {
    #expect(try !decode("4\r\nWiki\r\n").isFinished)
    #expect(try !decode("0\r\n").isFinished)
  }

  @Test(arguments: [
    "", "x", "-1", "+1", "0x4", "4 ", " 4", "4 ;a", "1000000000000000", "4;a\u{1}", "4\r", "g",
  ])
  func `a size that is none is refused`(size: String) {
    #expect(refusal("\(size)\r\nWiki\r\n0\r\n\r\n")?.status == 400)
  }

  @Test(arguments: [
    "4\nWiki\r\n0\r\n\r\n", "4\r\nWiki\n0\r\n\r\n", "4\r\nWikia\r\n0\r\n\r\n", "4\r\nWiki0\r\n\r\n",
    "0\r\nbad trailer\r\n\r\n", "0\r\n: x\r\n\r\n", "0\r\nT: x\n\r\n", "0\r\n folded: x\r\n\r\n",
  ])
  func `anything else that is out of place is refused`(text: String) {
    #expect(refusal(text)?.status == 400)
  }

  @Test(arguments: [(62, false), (63, false), (64, true)])
  func `a line has a limit`(extra: Int, isRefused: Bool) {
    // The line holds the size, its extension and the carriage return: 64 bytes at most.
    let text = "1;" + String(repeating: "a", count: extra - 2) + "\r\nx\r\n0\r\n\r\n"
    #expect((refusal(text) != nil) == isRefused)
  }

  @Test func `extensions of all chunks together have a limit`() {
    let chunk = "1;" + String(repeating: "a", count: 50) + "\r\nx\r\n"
    #expect(refusal(chunk + chunk + "0\r\n\r\n") == nil)
    #expect(
      refusal(chunk + chunk + chunk + "0\r\n\r\n")?.detail == "the chunk extensions and trailers are too long"
    )
  }

  @Test func `random bytes never trap`() {
    var random = SeededBytes(seed: 3)
    for _ in 0..<5_000 {
      var bytes = Array(body.utf8)
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...127, using: &random)
      }
      _ = refusal(String(decoding: bytes, as: UTF8.self))
    }
  }
}
