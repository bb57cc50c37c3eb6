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
}
