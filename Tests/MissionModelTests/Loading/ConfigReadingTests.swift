import Formats
import Testing

@testable import MissionModel

@Suite struct ConfigReadingTests {
  private func read(_ text: String) throws -> (MissionConfig, [String]) {
    var reader = FieldReader(unknownFields: .error)
    let config = reader.config(try YAMLParser.parse(text))
    let problems = reader.problems.located(in: [], .yaml)
    return (config, problems.map { "\($0.pointer): \($0.message)" }.sorted())
  }

  @Test func `every field is read`() throws {
    let (config, problems) = try read(
      """
      timeout_seconds: 60
      fail_fast: false
      max_concurrent_steps: 256
      retry_attempts: 2
      retry_delay_ms: 5
      retry_backoff: 1.5
      strict_variables: true
      settings: { a: 1, b: text, c: true, d: null }
      workspace: /srv/w
      sandbox: landlock
      limits: { memory_bytes: 1, cpu_seconds: 2, processes: 3, open_files: 4, file_bytes: 5 }
      """)
    #expect(problems == [])
    #expect(config.timeoutSeconds == 60 && !config.failFast && config.maxConcurrentSteps == 256)
    #expect(config.retryAttempts == 2 && config.retryDelayMilliseconds == 5 && config.retryBackoff == 1.5)
    #expect(config.strictVariables && config.workspace == "/srv/w" && config.sandbox == .landlock)
    #expect(config.settings == ["a": 1, "b": "text", "c": true, "d": .null])
    let limits = config.limits
    #expect(limits.memoryBytes == 1 && limits.cpuSeconds == 2 && limits.processes == 3)
    #expect(limits.openFiles == 4 && limits.fileBytes == 5)
  }

  @Test func `nothing given is the defaults`() throws {
    let (config, problems) = try read("{}")
    #expect(config == MissionConfig() && problems == [])
    #expect(config.failFast && config.retryAttempts == 0 && config.retryDelayMilliseconds == 1000)
  }

  @Test(arguments: ["max_parallel_steps", "max_parallel", "parallel_limit", "max_concurrent_steps"])
  func `places have four spellings, of which one may be given`(spelling: String) throws {
    #expect(try read("\(spelling): 3").0.maxConcurrentSteps == 3)
    let other = spelling == "max_parallel" ? "parallel_limit" : "max_parallel"
    let (config, problems) = try read("\(spelling): 3\n\(other): 4")
    #expect(config.maxConcurrentSteps == 3)
    #expect(
      problems == ["/config/\(other): is another spelling of \"\(spelling)\", which is given too"])
  }

  @Test(
    arguments: [
      ("max_concurrent_steps", [1, 256], [0, 257]),
      ("timeout_seconds", [1, 2_147_483_647], [0, 2_147_483_648]),
      ("retry_attempts", [0], [-1]), ("retry_delay_ms", [0], [-1]),
      ("retry_backoff", [0, 1000], [-1, 1001]),
    ] as [(String, [Int], [Int])])
  func `numbers have bounds`(field: String, good: [Int], bad: [Int]) throws {
    for number in good { #expect(try read("\(field): \(number)").1 == [], "\(number)") }
    for number in bad { #expect(try read("\(field): \(number)").1.count == 1, "\(number)") }
  }

  @Test func `what has the wrong kind is told at its place`() throws {
    #expect(try read("[]").1.count == 1)
    let (_, problems) = try read(
      """
      settings: { a: [1], b: {} }
      workspace: relative
      sandbox: none
      limits: { memory_bytes: 0, memory: 1 }
      fail_fst: true
      """)
    let places = problems.map { String($0.prefix { $0 != ":" }) }
    #expect(
      Set(places) == [
        "/config/settings/a", "/config/settings/b", "/config/workspace", "/config/sandbox",
        "/config/limits/memory_bytes", "/config/limits/memory", "/config/fail_fst",
      ])
  }
}
