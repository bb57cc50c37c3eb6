import Formats
import MissionEngine
import MissionKit
import MissionModel
import Posix
import Sandbox
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct LocalJobTests {
  private let directory: TemporaryDirectory
  private let loop: EventLoop

  init() throws {
    directory = try TemporaryDirectory()
    loop = try EventLoop(name: "test")
  }

  private func makeJob(
    _ text: String, context: JSONObject = [:], _ change: (inout LocalJob.Settings) -> Void = { _ in }
  ) throws -> LocalJob {
    let loader = DocumentLoader(catalog: BuiltinCatalog.catalog)
    let mission = try loader.load(Array(text.utf8), as: .yaml, context: context).mission
    var settings = LocalJob.Settings(
      workspace: directory.path, logs: directory.path, environment: ["PATH": "/usr/bin:/bin", "WHO": "you"])
    settings.context = context
    change(&settings)
    return try LocalJob(mission, settings, loop: loop)
  }

  @Test func `a mission runs with its variables, and every step has a result`() async throws {
    let job = try makeJob(
      """
      name: hello
      steps:
        - { id: a, step_type: noop, parameters: { message: "hello {{ env.WHO }}" } }
        - { id: b, step_type: noop, depends_on: a, parameters: { message: "{{ a_result | upper }}, {{ name }}" } }
      """, context: ["name": "friend"])
    let (ended, results) = await job.execute()
    #expect(ended.state.status == "completed")
    #expect(results.map(\.stepID) == ["a", "b"])
    #expect(results[1].output == ["message": "HELLO YOU, friend"] || results[1].status == .success)
  }

  @Test func `what the configuration closes stays closed to steps whose paths come from variables`()
    async throws
  {
    let other = try TemporaryDirectory()
    try other.write("", to: "closed/a")
    let job = try makeJob(
      """
      name: closed
      config: { fail_fast: false }
      steps:
        - { id: open, step_type: create_file, parameters: { path: "{{place}}/b" } }
        - { id: file, step_type: create_file, parameters: { path: "{{place}}/closed/b" } }
        - id: database
          step_type: sql_query
          parameters: { connection: "sqlite:{{place}}/closed/c", query: SELECT 1 }
        - id: attached
          step_type: sql_query
          parameters:
            { connection: "sqlite::memory:", query: "ATTACH '{{place}}/closed/d' AS d", transaction: false }
      """, context: ["place": .string(other.path)]
    ) {
      $0.writable = [other.path]
      $0.places.forbidden = [other / "closed"]
    }
    let (_, results) = await job.execute()
    #expect(results.map(\.status) == [.success, .failed, .failed, .failed])
    #expect(
      results[1].error
        == "change \(other.path)/closed/b: it leads to a place that file steps may not touch")
    #expect(other.entries("closed") == ["a"])
  }

  @Test func `a cancelled job ends with what ran cancelled and the rest skipped`() async throws {
    let job = try makeJob(
      """
      name: slow
      steps:
        - { id: a, step_type: noop, parameters: { duration_ms: 86400000 } }
        - { id: b, step_type: noop, depends_on: [a] }
      """)
    async let ending = job.execute()
    await job.cancel()
    let (ended, results) = await ending
    #expect(ended.state.status == "cancelled")
    #expect(results[1].status == .skipped)
    #expect(results[1].error == "not started: the job was cancelled")
  }

  @Test func `a variable that the environment lacks is an error with the nearest name`() async throws {
    let job = try makeJob(
      "name: x\nsteps: [{ id: a, step_type: noop, parameters: { message: '{{ env.WHOO }}' } }]")
    #expect(
      await job.execute().results[0].error == "{{ env.WHOO }}: the environment has no WHOO; did you mean WHO?"
    )
  }
}
