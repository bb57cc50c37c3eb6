import TestSupport
import Testing

@testable import MissionModel

@Suite struct MaskingStreamTests {
  private func stream(_ text: String, _ masker: Masker, pieces size: Int) -> String {
    var stream = MaskingStream(masker)
    var output: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      output += stream.take(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    return String(decoding: output + stream.finish(), as: UTF8.self)
  }

  @Test(arguments: 1...40)
  func `pieces of any size give what the whole gives`(size: Int) {
    let masker = Masker(["hunter2secret", "secretive-aaaa", "aaaaaaab", "aaaaaaaaaaaac"])
    let text =
      "hunter2secretive-aaaaaaaaab hunter2 hunter2secrethunter2secre aaaaaaaaaaaaaac aaaaaaaaab aaaaaaa"
    let whole = stream(text, masker, pieces: text.utf8.count)
    #expect(stream(text, masker, pieces: size) == whole)
    for secret in ["hunter2secret", "secretive-aaaa", "aaaaaaab"] { #expect(!whole.contains(secret)) }
  }

  @Test func `a line is given when it comes, unless it may be the beginning of a secret`() {
    var stream = MaskingStream(Masker(["hunter2secret"]))
    #expect(stream.take(Array("ready\n".utf8)) == Array("ready\n".utf8))
    #expect(stream.take(Array("now hunt".utf8)) == Array("now ".utf8))
    #expect(stream.take(Array("ing".utf8)) == Array("hunting".utf8))
    #expect(stream.take(Array("hunter2".utf8)).isEmpty)
    #expect(stream.finish() == Array("hunter2".utf8))
  }

  @Test func `a piece without anything of a secret is handed on uncopied`() {
    var stream = MaskingStream(Masker(["hunter2secret"]))
    let piece = Array("nothing to see in this line\n".utf8)
    #expect(
      piece.withUnsafeBytes { $0.baseAddress } == stream.take(piece).withUnsafeBytes { $0.baseAddress })
  }

  @Test func `an empty stream is empty`() {
    var stream = MaskingStream(Masker(["hunter2secret"]))
    #expect(stream.take([]).isEmpty)
    #expect(stream.finish().isEmpty)
  }

  @Test func `random streams give the same in pieces and whole, and hold no secret`() {
    var generator = SeededBytes(seed: 7)
    let secrets = ["abcabcab", "bcabca", "cccccccc"]
    let masker = Masker(secrets)
    for _ in 0..<200 {
      let text = String((0..<120).map { _ in "abc".randomElement(using: &generator) ?? "a" })
      let whole = stream(text, masker, pieces: 1000)
      let size = Int.random(in: 1...9, using: &generator)
      #expect(stream(text, masker, pieces: size) == whole)
      for secret in secrets { #expect(!whole.contains(secret)) }
    }
  }

  @Test func `another masker masks what comes, and what was kept back`() {
    var stream = MaskingStream(Masker(["hunter2secret"]))
    #expect(stream.take(Array("now hunter2".utf8)) == Array("now ".utf8))
    stream.adopt(Masker(["hunter2secret", "hunter2word"]))
    #expect(stream.take(Array("word".utf8)) == Array("***".utf8))
    #expect(stream.take(Array(" hunter2secret".utf8)) == Array(" ***".utf8))
    #expect(stream.finish().isEmpty)
  }
}
