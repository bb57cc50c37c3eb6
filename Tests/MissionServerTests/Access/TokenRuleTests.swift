import Formats
import HTTP
import MissionModel
import Posix
import TestSupport
import Testing

@testable import MissionServer

@Suite struct TokenRuleTests {
  private let directory: TemporaryDirectory
  private let reader = AccessToken.make(name: "reader", scopes: [.read], at: Timestamp(milliseconds: 0))
  private let reported = Lock<[String]>([])
  private let rule: TokenRule

  init() throws {
    directory = try TemporaryDirectory()
    try TokenFile(directory / "tokens").write(AccessTokens([reader.token]))
    var configuration = Configuration()
    configuration.tokensFile = directory / "tokens"
    let tokens = LiveTokens(configuration, environment: [:])
    try tokens.load()
    rule = TokenRule(
      tokens, now: { BootTime(nanoseconds: 0) },
      reportFailures: { [reported] address, failures in
        reported.withLock { $0.append("\(address) \(failures)") }
      },
      report: { [reported] refusal in
        reported.withLock { $0.append("\(refusal.actor.name) \(refusal.path): \(refusal.reason)") }
      })
  }

  private static func route(_ scope: AccessScope?) -> Route {
    Route(.get, "/x", scope: scope?.rawValue) { _ in Response(200) }
  }

  private func admit(_ headers: Headers, scope: AccessScope? = .read) -> (Response?, Request) {
    var request = Request(.get, "/x", headers: headers, peer: .tcp(address: "10.0.0.9", port: 1))
    let answer = rule.admit(&request, to: Self.route(scope))
    return (answer, request)
  }

  @Test func `the right token speaks for its owner and opens what its scopes name`() {
    for field in ["Bearer \(reader.text)", "bearer  \(reader.text)"] {
      let (answer, request) = admit(["Authorization": field])
      #expect(answer == nil)
      #expect(request.caller == Caller(name: "token reader", scopes: ["read"]))
    }
  }

  @Test func `what its scopes do not name is forbidden, and the answer says which one is missing`() {
    for scope in [AccessScope.submit, .admin] {
      let (answer, _) = admit(["Authorization": "Bearer \(reader.text)"], scope: scope)
      #expect(answer?.status == 403)
      #expect(
        answer?.headers["WWW-Authenticate"]
          == "Bearer realm=\"missiond\", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\"")
      #expect(answer?.delay == .zero)
    }
    #expect(
      reported.withLock { $0 } == [
        "token reader /x: the token \"reader\" has not the scope submit",
        "token reader /x: the token \"reader\" has not the scope admin",
      ])
  }

  @Test func `without a token the answer says how to send one, at once`() {
    let (answer, request) = admit([:])
    #expect(answer?.status == 401)
    #expect(answer?.headers["WWW-Authenticate"] == "Bearer realm=\"missiond\"")
    #expect(answer?.headers["Content-Type"] == "application/problem+json")
    #expect(answer?.delay == .zero)
    #expect(request.caller == nil)
    #expect(reported.withLock { $0 }.isEmpty)
  }

  @Test(arguments: [
    "Bearer wrong", "Bearer", "Basic dXNlcjpwYXNz", "Bearer a b", "", "Bearer \u{1b}[31m", "Bearer <0>",
  ])
  func `a wrong token waits for its answer and is reported`(field: String) {
    let (answer, _) = admit(["Authorization": field])
    #expect(answer?.status == 401)
    #expect(answer?.headers["WWW-Authenticate"] == "Bearer realm=\"missiond\", error=\"invalid_token\"")
    #expect(answer?.delay == .milliseconds(100))
    #expect(reported.withLock { $0 } == ["10.0.0.9 1"])
  }

  @Test func `two tokens in one request are no token`() {
    let headers = Headers([
      ("Authorization", "Bearer \(reader.text)"), ("Authorization", "Bearer \(reader.text)"),
    ])
    #expect(admit(headers).0?.status == 401)
  }

  @Test func `a right token is never delayed by wrong ones from its address`() {
    for _ in 0..<1000 { _ = admit(["Authorization": "Bearer guess"]) }
    #expect(admit(["Authorization": "Bearer \(reader.text)"]).0 == nil)
    #expect(reported.withLock { $0.count } == 10)
  }

  @Test func `open routes ask nobody, and unknown ones tell a stranger nothing`() {
    #expect(admit([:], scope: nil).0 == nil)
    var request = Request(.get, "/no/such", peer: .tcp(address: "::1", port: 1))
    #expect(rule.admit(&request, to: nil)?.status == 401)
  }

  @Test func `who comes through the Unix socket needs no token`() {
    var request = Request(.get, "/x", peer: .unix(uid: 0, gid: 0, process: nil))
    #expect(rule.admit(&request, to: Self.route(.admin)) == nil)
  }
}
