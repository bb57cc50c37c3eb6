import Testing

@testable import HTTP

@Suite struct BodyProgressTests {
  private func progress(_ framing: BodyFraming, memory: Int = 4) -> BodyProgress {
    var limits = ServerLimits()
    limits.memoryBodyBytes = memory
    let head = RequestHead(
      method: .post, version: .http11, path: 0..<0, query: 0..<0, authority: nil, headers: [:],
      framing: framing,
      keepsAlive: true, expectsContinue: true)
    return BodyProgress(head, bodyLimit: 10, limits: limits, since: .zero)
  }

  private func take(_ text: String, _ progress: inout BodyProgress) throws(Refusal) -> Int {
    try Array(text.utf8).withUnsafeBufferPointer { bytes throws(Refusal) in try progress.take(bytes) }
  }

  @Test func `bytes after the content are left alone`() throws {
    var progress = progress(.length(3))
    let used = try take("abcdef", &progress)
    #expect(used == 3)
    #expect(progress.isComplete)
    #expect(progress.buffer == Array("abc".utf8))
  }

  @Test func `no more than memory allows is taken before a piece was handed out`() throws {
    var progress = progress(.length(6))
    var used = try take("abcdef", &progress)
    #expect(used == 4)
    let piece = progress.pieceToSpool()
    #expect(piece == Array("abcd".utf8))
    #expect(progress.isSpooling)
    progress.spooled()
    let nothing = progress.pieceToSpool()
    #expect(nothing == nil)
    used = try take("ef", &progress)
    #expect(used == 2)
    #expect(progress.isComplete)
    #expect(progress.inFile == 4)
  }

  @Test func `a request without content is complete and never told to go on`() {
    var progress = progress(.none)
    #expect(progress.isComplete)
    let owes = progress.owesContinue(inputIsEmpty: true)
    #expect(!owes)
  }

  @Test func `announced content over the limit is refused`() {
    var progress = progress(.length(11))
    do throws(Refusal) {
      _ = try take("", &progress)
      Issue.record("it was taken")
    } catch {
      #expect(error == Refusal(413, "the content is over 10 bytes"))
    }
  }
}
