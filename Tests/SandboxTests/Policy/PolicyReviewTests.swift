import Formats
import MissionModel
import MissionSteps
import Testing

@testable import Sandbox

@Suite struct PolicyReviewTests {
  private func problems(
    _ type: any StepType.Type, _ parameters: String, isFilled: Bool = false,
    _ change: (inout Policy) -> Void = { _ in }
  ) throws -> [String] {
    var policy = Policy()
    change(&policy)
    let given = try YAMLParser.parse(Array(parameters.utf8)).objectValue ?? [:]
    let found = PolicyJudge(policy).problems(StepDeclaration(type), given, isFilled: isFilled)
    #expect(found.allSatisfy { $0.isDenial && $0.hint != nil })
    return found.map { "\($0.pointer): \($0.message)" }
  }

  @Test func `commands are judged as lines, as words and as scripts`() throws {
    let said = #"/parameters/command: "rm -rf /srv" is denied by the rule "rm -r|-R|--recursive {outside}""#
    #expect(try problems(CommandStep.self, "{command: rm -rf /srv}") == [said])
    #expect(try problems(CommandStep.self, "{command: rm, args: [-rf, /srv]}") == [said])
    #expect(try problems(CommandStep.self, "{command: 'make; rm -rf /srv', shell: true}") == [said])
    #expect(try problems(CommandStep.self, "{command: rm -rf build}").isEmpty)
  }

  @Test func `what a placeholder hides is left for the step, the rest is judged`() throws {
    #expect(try problems(CommandStep.self, "{command: 'rm -rf {{x}}'}").isEmpty)
    #expect(try problems(CommandStep.self, "{command: '{{x}} -rf /'}").isEmpty)
    #expect(try problems(CommandStep.self, "{command: 'shutdown {{x}}'}").count == 1)
    #expect(try problems(HTTPStep.self, "{url: 'http://{{host}}/'}").isEmpty)
  }

  @Test func `paths and hosts are judged by what their parameters declare`() throws {
    #expect(
      try problems(CreateFileStep.self, "{path: /etc/x}") == [
        "/parameters/path: /etc/x leads outside the workspace"
      ])
    #expect(try problems(ReadFileStep.self, "{path: a/../../b}").count == 1)
    #expect(try problems(ReadFileStep.self, "{path: a/../b}").isEmpty)
    #expect(
      try problems(HTTPStep.self, "{url: 'http://169.254.169.254/x'}") == [
        #"/parameters/url: 169.254.169.254:80 is denied by the rule "169.254.169.254""#
      ])
    #expect(
      try problems(HTTPStep.self, "{url: 'https://a.example/'}") { $0.hosts.deny = ["*.example:443"] }.count
        == 1)
  }

  @Test(arguments: [
    ("{ path: r/s, files: ../a }", []), ("{ files: a }", []), ("{ path: '{{x}}', files: ../../a }", []),
    ("{ path: r, files: [a, ../../b] }", ["/parameters/files: r/../../b leads outside the workspace"]),
    ("{ files: /etc/passwd }", ["/parameters/files: /etc/passwd leads outside the workspace"]),
  ])
  func `files of a repository are judged from its folder`(parameters: String, said: [String]) throws {
    #expect(try problems(GitDiffStep.self, parameters) == said)
  }

  @Test(
    arguments: [
      ("host: h", ["h:22"], [], false), ("host: h", ["h:23"], [], true), ("host: h", ["*:25"], [], true),
      ("host: h, port: 23", ["h:23"], [], false), ("host: h, port: '23'", ["h:23"], [], false),
      ("host: h, port: '{{p}}'", ["h:23"], [], true), ("host: h, port: '{{p}}'", ["h"], [], false),
      ("host: h", [], ["h:22"], true), ("host: h, port: 23", [], ["h:22"], false),
      ("host: h, port: '{{p}}'", [], ["h:22"], true),
    ] as [(String, [String], [String], Bool)])
  func `a host is judged with the port that stands beside it`(
    place: String, denied: [String], allowed: [String], isGood: Bool
  ) throws {
    let found = try problems(SSHExecuteStep.self, "{\(place), command: id}") {
      ($0.hosts.deny, $0.hosts.allow) = (denied, allowed)
    }
    #expect(found.isEmpty == isGood, "\(found)")
  }

  @Test func `a rule about a port says nothing about a question that has none`() throws {
    #expect(try problems(PingHostStep.self, "{host: h}") { $0.hosts.deny = ["h:25"] }.isEmpty)
    #expect(try problems(PingHostStep.self, "{host: h, port: 25}") { $0.hosts.deny = ["h:25"] }.count == 1)
  }

  @Test(arguments: [
    ("sqlite:/etc/x.db", "/etc/x.db"), ("sqlite3:///etc/x.db", "/etc/x.db"), ("SQLite:../x.db", "../x.db"),
  ])
  func `the file of a connection is a path`(connection: String, path: String) throws {
    #expect(
      try problems(SQLQueryStep.self, "{connection: '\(connection)', query: SELECT 1}") == [
        "/parameters/connection: \(path) leads outside the workspace"
      ])
  }

  @Test(arguments: ["sqlite:a.db", "sqlite::memory:", "sqlite:", "sales", "unix:///run/redis/redis.sock"])
  func `what is no file outside is left alone`(connection: String) throws {
    #expect(try problems(SQLQueryStep.self, "{connection: '\(connection)', query: SELECT 1}").isEmpty)
  }

  @Test func `a denied step type is denied whatever it is given`() throws {
    let said = try problems(NoopStep.self, "{}") { $0.stepTypes.deny = ["noop"] }
    #expect(said == [#"/step_type: the step type noop is denied by the rule "noop""#])
  }

  @Test func `filled paths and commands are left to what opens and starts them`() throws {
    #expect(try problems(CreateFileStep.self, "{path: /etc/x}", isFilled: true).isEmpty)
    #expect(try problems(HTTPStep.self, "{url: 'http://169.254.169.254/'}", isFilled: true).count == 1)
  }

  @Test func `a mission may not ask for more than the limits`() throws {
    var policy = Policy()
    (policy.longestTimeout, policy.mostRetries) = (400, 1)
    var config = MissionConfig()
    config.retryAttempts = 2
    let steps = [
      Step(id: "a", type: "noop"), Step(id: "b", type: "noop", timeoutSeconds: 401),
      Step(id: "c", type: "noop", timeoutSeconds: 400, retryAttempts: 5),
    ]
    let found = PolicyJudge(policy).problems(of: Mission(name: "x", config: config, steps: steps, source: []))
    #expect(
      found.map(\.pointer) == [
        "/config/retry_attempts", "/steps/1/timeout_seconds", "/steps/2/retry_attempts",
      ])
    let heads = steps.flatMap { PolicyJudge(policy).problems(ofHead: $0, at: "") }
    #expect(heads.map(\.pointer) == ["/timeout_seconds", "/retry_attempts"])
    #expect(found[1].message == "401 is more than policy.limits.timeout_seconds, which is 400")
  }

  @Test(arguments: [
    ("https://u:p@host.example:8443/a?b@c", "host.example", 8443), ("http://[::1]:80/", "::1", 80),
    ("postgres://db/x", "db", 5432), ("redis://h", "h", 6379), ("ws://h/", "h", 80),
  ])
  func `servers are found in what names them`(text: String, name: String, port: Int) {
    let found = ServerText.hostAndPort(text, isHost: false)
    #expect(found?.name == name && found?.port == port)
  }

  @Test func `a host may stand alone, the name of a connection is none`() {
    #expect(ServerText.hostAndPort("build-db", isHost: false) == nil)
    #expect(ServerText.hostAndPort("example.com:22", isHost: true)?.port == 22)
    #expect(ServerText.hostAndPort("::1", isHost: true)?.name == "::1")
  }
}
