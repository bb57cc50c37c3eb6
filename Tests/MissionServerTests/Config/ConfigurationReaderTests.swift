import Formats
import MissionModel
import Testing

@testable import MissionServer

@Suite struct ConfigurationReaderTests {
  @Test func `without anything said the defaults hold`() throws {
    let configuration = try ConfigurationReader.read(file: nil, environment: ["PATH": "/bin"])
    #expect(configuration == Configuration())
  }

  @Test func `a file sets what it names and leaves the rest`() throws {
    let configuration = try read("executors: 2\nlimits:\n  max_steps: 7\n  max_output_bytes: 2 MiB\n")
    #expect(configuration.executors == 2)
    #expect(configuration.limits.maxSteps == 7)
    #expect(configuration.limits.maxOutputBytes == 2 << 20)
    #expect(configuration.limits.maxDepth == 200)
  }

  @Test func `providers of models and tools made of commands are configured`() throws {
    let configuration = try read(
      """
      ai:
        provider: ollama
        log_answers: false
        openai: { base_url: "http://h/v1", key_secret: key }
        tools:
          count: { description: Counts., command: [wc, "{{path}}"] }
      """)
    #expect(configuration.ai.provider == "ollama")
    #expect(!configuration.ai.keeping.answers)
    #expect(configuration.ai.openai.baseURL == "http://h/v1")
    #expect(configuration.ai.openai.keySecret == "key")
    #expect(configuration.ai.openai.defaultModel == "gpt-4o-mini")
    #expect(
      configuration.ai.tools == [
        CommandTool(
          name: "count", summary: "Counts.", command: ["wc", "{{path}}"],
          parameters: ["type": "object", "properties": [:]])
      ])
    #expect(
      problems("ai: { tools: { count: { description: x } } }")
        == [
          "missiond.yaml:1:7: ai.tools must be a map of names, each to {description, command, parameters}, "
            + "not {\"count\":{\"description\":\"x\"}}"
        ])
  }

  @Test func `variables go over the file, and flags over variables`() throws {
    let executors = try #require(Settings["executors"])
    let drain = try #require(Settings["drain_seconds"])
    let configuration = try ConfigurationReader.read(
      file: ("missiond.yaml", Array("executors: 1\ndrain_seconds: 1\nretention: {days: 1}\n".utf8)),
      environment: ["MISSIOND_EXECUTORS": "2", "MISSIOND_DRAIN_SECONDS": "2"],
      flags: [(drain, "3")])
    #expect(configuration.executors == 2)
    #expect(configuration.drainSeconds == 3)
    #expect(configuration.retentionDays == 1)
    #expect(executors.variable == "MISSIOND_EXECUTORS")
    #expect(drain.flag == "--drain-seconds")
  }

  @Test func `all problems come at once, with their places and a way out`() {
    #expect(
      problems(
        """
        executers: 3
        limits:
          max_stesp: 5
          max_depth: 100000
        paths: [a]
        log:
          level: loud
        """) == [
          #"missiond.yaml:1:1: executers is no setting; did you mean "executors"?"#,
          #"missiond.yaml:3:3: limits.max_stesp is no setting; did you mean "limits.max_steps"?"#,
          "missiond.yaml:4:3: limits.max_depth must be a whole number from 1 to 1000, not 100000",
          "missiond.yaml:5:1: paths must be a map of settings, not a list",
          #"missiond.yaml:7:3: log.level must be one of debug, info, notice, warning, error, not "loud""#,
        ])
  }

  @Test func `a file that is no YAML is refused with its place`() {
    #expect(problems("executors: [1\n").first?.hasPrefix("missiond.yaml:2:1: ") == true)
    #expect(
      problems("- a\n") == ["missiond.yaml:1:1: the configuration must be a map of settings, not a list"])
  }

  @Test func `an empty file and an empty section say nothing`() throws {
    #expect(try read("") == Configuration())
    #expect(try read("limits:\n  # nothing\npaths:\n  read: [/srv]\n").readPaths == ["/srv"])
  }

  @Test func `an unknown variable is an error`() {
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigurationReader.read(
        file: nil, environment: ["MISSIOND_EXECUTOR": "2", "MISSIOND_URL": "x", "MISSIOND_LOG_LEVEL": "?"])
    }
    #expect(
      error?.description == """
        MISSIOND_EXECUTOR: sets nothing; did you mean MISSIOND_EXECUTORS?
        MISSIOND_LOG_LEVEL: must be one of debug, info, notice, warning, error, not "?"
        """)
  }

  @Test func `lists in variables are parted by commas, and an empty one is empty`() throws {
    let configuration = try ConfigurationReader.read(
      file: nil,
      environment: [
        "MISSIOND_LISTEN": "127.0.0.1:1, [::1]:2", "MISSIOND_AUTH_UIDS": "1000,1001", "MISSIOND_HOSTS": "",
        "MISSIOND_SOCKET_PATH": "", "MISSIOND_LIMITS_MIN_FREE_BYTES": "5 GiB", "MISSIOND_SOCKET_MODE": "0600",
      ])
    #expect(configuration.listen == ["127.0.0.1:1", "[::1]:2"])
    #expect(configuration.uids == [1000, 1001])
    #expect(configuration.hosts == [])
    #expect(configuration.socketPath == nil)
    #expect(configuration.limits.minFreeBytes == 5 << 30)
    #expect(configuration.socketMode == 0o600)
  }

  @Test(arguments: [
    ("limits: {max_depth: 0}", false), ("limits: {max_depth: 1}", true), ("limits: {max_depth: 1000}", true),
    ("limits: {max_depth: 1001}", false), ("limits: {max_mission_bytes: 1023}", false),
    ("limits: {max_mission_bytes: 1 KiB}", true), ("limits: {max_depth: 1.5}", false),
    ("executors: -1", false), ("executors: 0", true), ("socket: {mode: \"0800\"}", false),
    ("state_dir: relative", false), ("limits: {workspace: {max_bytes: null}}", true),
  ])
  func `values at and beyond their bounds`(text: String, isValid: Bool) {
    #expect(problems(text).isEmpty == isValid)
  }

  private func read(_ text: String) throws(ConfigurationError) -> Configuration {
    try ConfigurationReader.read(file: ("missiond.yaml", Array(text.utf8)), environment: [:])
  }

  private func problems(_ text: String) -> [String] {
    do throws(ConfigurationError) {
      _ = try read(text)
      return []
    } catch { return error.problems.map(\.description) }
  }
}
