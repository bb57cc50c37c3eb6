import Testing

@testable import Sandbox

@Suite struct OutputCaptureTests {
  private func capture(_ pieces: [String], limit: Int) -> OutputCapture {
    var capture = OutputCapture(limit: limit)
    for piece in pieces { Array(piece.utf8).withUnsafeBytes { capture.append($0) } }
    return capture
  }

  @Test(arguments: ["", "a", "abcdefghi", "abcdefghij"])
  func `up to the limit everything is kept`(text: String) {
    #expect(capture([text], limit: 10).bytes == Array(text.utf8))
    #expect(capture(text.map(String.init), limit: 10).bytes == Array(text.utf8))
    #expect(!capture([text], limit: 10).isTruncated)
  }

  @Test(arguments: [1, 2, 3, 7, 26])
  func `over it the halves are kept, however the bytes come`(size: Int) {
    let text = Array("abcdefghijklmnopqrstuvwxyz")
    let pieces = stride(from: 0, to: text.count, by: size).map {
      String(text[$0..<min($0 + size, text.count)])
    }
    let result = capture(pieces, limit: 10)
    #expect(result.isTruncated)
    #expect(String(decoding: result.bytes, as: UTF8.self) == "abcde\n[… 16 bytes left out …]\nvwxyz")
  }

  @Test func `an odd limit gives the first half the odd byte, and nothing keeps nothing`() {
    #expect(
      String(decoding: capture(["abcdefg"], limit: 3).bytes, as: UTF8.self) == "ab\n[… 4 bytes left out …]\ng"
    )
    #expect(String(decoding: capture(["abc"], limit: 0).bytes, as: UTF8.self) == "\n[… 3 bytes left out …]\n")
  }
}
