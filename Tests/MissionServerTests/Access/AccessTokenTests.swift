import Formats
import Testing

@testable import MissionServer

@Suite struct AccessTokenTests {
  private let now = Timestamp(milliseconds: 0)

  @Test func `a token has 256 random bits and only its hash is kept`() {
    let (text, token) = AccessToken.make(name: "ci", scopes: [.read], at: now)
    #expect(text.hasPrefix("missiond_"))
    #expect(text.utf8.count == 9 + 43)
    #expect(token.hash == SHA256.digest(Array(text.utf8)))
    #expect(AccessToken.make(name: "ci", scopes: [.read], at: now).text != text)
  }

  @Test(arguments: [
    ("ci", true), ("a.b_c-9", true), (String(repeating: "x", count: 64), true),
    (String(repeating: "x", count: 65), false), ("", false), ("a b", false), ("ä", false), ("a\u{1b}", false),
  ])
  func `names are plain words`(name: String, isValid: Bool) {
    #expect(AccessToken.isValid(name: name) == isValid)
  }

  @Test func `a token is found among others by its text alone`() {
    let made = (0..<5).map { AccessToken.make(name: "t\($0)", scopes: [.read], at: now) }
    let tokens = AccessTokens(made.map(\.token))
    for (text, token) in made {
      #expect(tokens.find(text) == token)
      #expect(tokens.find(text + "x") == nil)
      #expect(tokens.find(String(text.dropLast())) == nil)
    }
    #expect(tokens.find("") == nil)
    #expect(AccessTokens().find(made[0].text) == nil)
  }

  @Test func `a hash that differs in one bit, wherever it is, is another token's`() {
    let hash = AccessToken.hash(of: "text")
    for bit in 0..<256 {
      var other = hash
      other[bit / 8] ^= 1 << (bit % 8)
      let near = AccessToken(name: "near", scopes: [.read], createdAt: now, hash: other)
      let right = AccessToken(name: "right", scopes: [.read], createdAt: now, hash: hash)
      #expect(AccessTokens([near]).find("text") == nil)
      #expect(AccessTokens([near, right, near]).find("text") == right)
    }
  }
}
