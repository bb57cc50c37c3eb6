import Formats
import Testing

@testable import MissionModel

@Suite struct MaskerTests {
  private let masker = Masker(["hunter2secret", "123456789", "p@ss word/"])

  @Test func `a text keeps everything but its secrets`() {
    #expect(masker.mask("a hunter2secret b") == "a *** b")
    #expect(masker.mask("nothing here") == "nothing here")
    #expect(masker.mask("hunter2secrethunter2secret") == "******")
    #expect(masker.mask("hunter2secre") == "hunter2secre")
  }

  @Test func `encoded secrets are masked`() {
    #expect(masker.mask("url?p=p%40ss%20word%2F&x") == "url?p=***&x")
    #expect(masker.mask("p%40ss+word%2f") == "***")
    #expect(!masker.mask(Base64.encode(Array("user:hunter2secret".utf8))).contains("dW50ZXI"))
    #expect(masker.mask(Base64.encode(Array("hunter2secret".utf8))) == "***")
  }

  @Test func `secrets that overlap leave nothing of either`() {
    let masker = Masker(["abcdefgh", "efghijkl"])
    #expect(masker.mask("-abcdefghijkl-") == "-***-")
  }

  @Test func `of two secrets with one beginning the longer is masked whole`() {
    let masker = Masker(["token-1", "token-1-and-more"])
    #expect(masker.mask("token-1-and-more token-1") == "*** ***")
  }

  @Test func `values are masked in keys, texts and numbers, and keep their kinds elsewhere`() {
    let value: JSON = ["hunter2secret": [1, true, nil, "x hunter2secret", 123_456_789], "n": 12345]
    #expect(masker.mask(value) == ["***": [1, true, nil, "x ***", "***"], "n": 12345])
  }

  @Test func `the beginning of a secret before an ellipsis is masked in messages`() {
    #expect(masker.mask(message: "not \"hunter2sec…\"") == "not \"***…\"")
    #expect(masker.mask(message: "not \"hun…\"") == "not \"hun…\"")
    #expect(masker.mask(message: "… and hunter2secret") == "… and ***")
  }

  @Test func `what is too short to be a secret is left alone`() {
    #expect(Masker(["abcde"]).isEmpty)
    #expect(!Masker(["abcdef"]).isEmpty)
    #expect(Masker.none.mask("anything") == "anything")
  }
}
