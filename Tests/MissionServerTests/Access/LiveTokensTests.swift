import Formats
import Glibc
import TestSupport
import Testing

@testable import MissionServer

@Suite struct LiveTokensTests {
  private let directory: TemporaryDirectory
  private let made = ["a", "b"].map {
    AccessToken.make(name: $0, scopes: [.read], at: Timestamp(milliseconds: 0))
  }

  init() throws { directory = try TemporaryDirectory() }

  private func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.tokensFile = directory / "tokens"
    return configuration
  }

  @Test func `without a file nobody is asked for a token`() throws {
    let tokens = LiveTokens(Configuration(), environment: [:])
    try tokens.load()
    #expect(!tokens.areRequired)
    #expect(tokens.current == nil)
    #expect(try !tokens.refresh())
  }

  @Test func `a change of the file is taken up, and one that cannot be read is not`() throws {
    let file = TokenFile(directory / "tokens")
    try file.write(AccessTokens([made[0].token]))
    let tokens = LiveTokens(configuration(), environment: [:])
    try tokens.load()
    #expect(try !tokens.refresh())
    try file.write(AccessTokens([made[1].token]))
    #expect(try tokens.refresh())
    #expect(tokens.current?.find(made[0].text) == nil)
    #expect(tokens.current?.find(made[1].text)?.name == "b")
    chmod(file.path, 0o666)
    #expect(throws: TokenFileError.self) { try tokens.refresh() }
    #expect(tokens.current?.find(made[1].text)?.name == "b", "those from before stay valid")
  }

  @Test func `credentials bring further tokens, each name once`() throws {
    try TokenFile(directory / "tokens").write(AccessTokens([made[0].token]))
    try TokenFile(directory / "more").write(AccessTokens([made[1].token]))
    var configuration = configuration()
    configuration.tokensCredential = "more"
    let environment = ["CREDENTIALS_DIRECTORY": directory.path]
    let tokens = LiveTokens(configuration, environment: environment)
    try tokens.load()
    #expect(tokens.current?.all.map(\.name) == ["a", "b"])
    try TokenFile(directory / "more").write(AccessTokens([made[0].token]))
    let error = #expect(throws: TokenFileError.self) { try tokens.load() }
    #expect(
      error?.description == "the tokens: \(directory / "more") and another file name a token \"a\"")
  }
}
