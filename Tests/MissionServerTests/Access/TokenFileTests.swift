import Formats
import Glibc
import TestSupport
import Testing

@testable import MissionServer

@Suite struct TokenFileTests {
  private let directory: TemporaryDirectory
  private let file: TokenFile
  private let tokens = (0..<3).map {
    AccessToken.make(name: "t\($0)", scopes: [.read, .submit], at: Timestamp(milliseconds: 1000)).token
  }

  init() throws {
    directory = try TemporaryDirectory()
    file = TokenFile(directory / "tokens")
  }

  private func mode() -> mode_t {
    var status = stat()
    return stat(file.path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  @Test func `what is written is read again, for the owner alone`() throws {
    try file.write(AccessTokens(tokens))
    #expect(try file.read().all == tokens)
    #expect(mode() == 0o600)
    #expect(try directory.read("tokens").hasPrefix("# The tokens of missiond"))
    #expect(!directory.contains("tokens.\(getpid())"))
  }

  @Test func `a file that is replaced keeps its group's rights`() throws {
    try file.write(AccessTokens(tokens))
    chmod(file.path, 0o640)
    try file.write(AccessTokens([tokens[0]]))
    #expect(mode() == 0o640)
    #expect(try file.read().all.count == 1)
  }

  @Test func `a file that everybody may read is refused`() throws {
    try file.write(AccessTokens(tokens))
    chmod(file.path, 0o644)
    let error = #expect(throws: TokenFileError.self) { try file.read() }
    #expect(
      error?.description == "the tokens: everybody may read or write \(file.path); chmod 640 it")
  }

  @Test func `a file that is not there says how it is made`() throws {
    let error = #expect(throws: TokenFileError.self) { try file.read() }
    #expect(
      error?.description.hasSuffix("; make one with: mission token make NAME --file \(file.path)") == true)
  }

  @Test(arguments: [
    "ci", "ci read 2026-01-31T12:00:00Z", "ci write 2026-01-31T12:00:00Z sha256:00",
    "ci read today sha256:\(String(repeating: "0", count: 64))",
    "ci read 2026-01-31T12:00:00Z sha256:\(String(repeating: "0", count: 62))",
    "ci read 2026-01-31T12:00:00Z \(String(repeating: "0", count: 64))",
    "c\u{1b}i read 2026-01-31T12:00:00Z sha256:\(String(repeating: "0", count: 64))",
  ])
  func `a line that is no token is named`(line: String) {
    let error = #expect(throws: TokenFileError.self) { try file.parse("# head\n\n\(line)\n") }
    #expect(
      error?.description
        == "\(file.path):3: a token is NAME SCOPES TIME sha256:HASH; make it with \"mission token make\"")
  }

  @Test func `one name stands for one token`() {
    let text = file.text(of: tokens + [tokens[1]])
    let error = #expect(throws: TokenFileError.self) { try file.parse(text) }
    #expect(error?.description == "\(file.path):6: there are two tokens named \"t1\"")
  }

  @Test func `a folder that is not there is an error, and nothing is left behind`() {
    let error = #expect(throws: TokenFileError.self) {
      try TokenFile(directory / "none/tokens").write(AccessTokens(tokens))
    }
    #expect(error?.description.hasPrefix("write the tokens: open ") == true)
  }
}
