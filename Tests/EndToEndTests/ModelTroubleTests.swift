import Formats
import Foundation
import TestSupport
import Testing

/// What becomes of steps that ask models when the daemon dies, the job is cancelled, or time is over.
@Suite(.timeLimit(.minutes(2))) struct ModelTroubleTests {
  /// A server that hears what it is asked and never answers.
  private static func deaf() throws -> LoopbackServer { try LoopbackServer { _ in .silence("") } }

  /// Steps of each type that asks a model, all of which wait for the same server.
  private static let steps = [
    "llm": "{ prompt: say something }",
    "agent": "{ objective: reach something, tools: [calculator] }",
    "generate_embedding": "{ text: some words }",
    "model_inference": "{ prompt: say something }",
    "rag_add": "{ id: d, content: some words }",
    "chain": "{ prompts: [one, two], type: parallel }",
  ]
  private static let waiting = steps.keys.sorted()

  private static func mission(timeout: Int = 300) -> String {
    var text = "name: wait\nconfig: { fail_fast: false, max_concurrent_steps: 10 }\nsteps:\n"
    for type in waiting {
      text += """
          - { id: \(type), step_type: \(type), timeout_seconds: \(timeout), parameters: \(steps[type] ?? "") }

        """
    }
    return text
  }

  /// One for each step, and two for the chain.
  private static let connections = waiting.count + 1

  @Test func `a cancel ends every step that waits for a model, and closes its connection`() async throws {
    let server = try Self.deaf()
    let daemon = try await TestDaemon(environment: ["OPENAI_BASE_URL": server.url("/v1")])
    let id = try await daemon.submit(Self.mission())
    _ = try await server.requests.wait("every step to ask") { $0.count == Self.connections }
    let answer = try await daemon.ask("/missions/\(id)/cancel", method: "POST")
    #expect(answer.status < 300, "\(answer.body)")
    _ = try await server.departures.wait("the connections to be closed") { $0 == Self.connections }
    let job = try await daemon.ended(id)
    #expect(job["status"] == "cancelled")
    for type in Self.waiting {
      #expect(job["step_results"]?[type]?["status"] == "cancelled", "\(type): \(job.compact)")
    }
    #expect((job["total_duration_ms"]?.integerValue ?? .max) < 60_000)
  }

  @Test func `time that is over ends every step that waits for a model`() async throws {
    let server = try Self.deaf()
    let daemon = try await TestDaemon(environment: ["OPENAI_BASE_URL": server.url("/v1")])
    let job = try await daemon.execute(Self.mission(timeout: 1))
    #expect(job["status"] == "failed")
    for type in Self.waiting {
      let result = job["step_results"]?[type]
      #expect(result?["status"] == "failed", "\(type): \(job.compact)")
      #expect(result?["error"]?.stringValue?.contains("1 s") == true, "\(type): \(job.compact)")
    }
    _ = try await server.departures.wait("the connections to be closed") { $0 == Self.connections }
  }

  /// Embeddings of the protocol of OpenAI: the same vector for each text.
  private static func vectors(for request: String) -> String {
    let body = request.components(separatedBy: "\r\n\r\n").dropFirst().joined()
    let count = (try? JSONParser.parse(body))?["input"]?.arrayValue?.count ?? 0
    let answer =
      "{\"data\":["
      + Array(repeating: "{\"embedding\":[1,0.5]}", count: count)
      .joined(separator: ",") + "]}"
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(answer.utf8.count)"
      + "\r\n\r\n\(answer)"
  }

  private static func adding(_ word: String) -> String {
    // 100 chunks: two requests of at most 64 texts.
    let parts = (0..<100).map { "\"\(word) \($0)\"" }.joined(separator: ", ")
    return """
      name: add
      steps:
        - { id: add, step_type: rag_add, parameters: { id: d, contents: [\(parts)] } }
      """
  }

  /// How many chunks have a word.
  private static func count(_ word: String, in daemon: TestDaemon) async throws -> Int {
    let job = try await daemon.execute(
      """
      name: count
      steps:
        - { id: ask, step_type: rag_query, parameters: { query: \(word), mode: keyword, top_k: 1000 } }
      """)
    return Int(job["step_results"]?["ask"]?["output"]?["results_count"]?.integerValue ?? -1)
  }

  @Test func `a document is as it was or as it is now, whenever the daemon is killed`() async throws {
    // The requests of the first document are answered, of the second one the first, then no more for a while.
    let answered = Observed(3)
    let seen = Observed(0)
    let server = try LoopbackServer { request in
      seen.update { $0 += 1 }
      return seen.value <= answered.value ? .bytes(Self.vectors(for: request)) : .silence("")
    }
    let environment = ["OPENAI_BASE_URL": server.url("/v1")]
    let first = try await TestDaemon(environment: environment)
    let job = try await first.execute(Self.adding("early"))
    #expect(job["step_results"]?["add"]?["output"]?["chunks"] == 100, "\(job.compact)")
    let id = try await first.submit(Self.adding("late"))
    _ = try await server.requests.wait("half of the vectors") { $0.count == 4 }
    try await first.kill()

    let second = try await TestDaemon(directory: first.directory, environment: environment)
    _ = try await server.requests.wait("the step to begin again") { $0.count == 5 }
    #expect(try await Self.count("early", in: second) == 100)
    #expect(try await Self.count("late", in: second) == 0)
    try await second.kill()

    answered.update { $0 = 1000 }
    let third = try await TestDaemon(directory: first.directory, environment: environment)
    let ended = try await third.ended(id)
    #expect(ended["status"] == "completed", "\(ended.compact)")
    #expect(ended["step_results"]?["add"]?["output"]?["replaced"] == true)
    #expect(try await Self.count("early", in: third) == 0)
    #expect(try await Self.count("late", in: third) == 100)
  }
}
