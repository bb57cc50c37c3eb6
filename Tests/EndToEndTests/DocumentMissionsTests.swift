import Foundation
import Formats
import TestSupport
import Testing

/// The specification's missions about documents and users, through the built binaries and real servers.
@Suite(.timeLimit(.minutes(2))) struct DocumentMissionsTests {
  private static let missions =
    (#filePath as NSString).deletingLastPathComponent + "/../Fixtures/missions/"
  private static let document = """
    The harbour of the town freezes in January. Ships wait outside until the ice breaker has come, which
    takes a day, or two when the wind stands against it. In March the first fishing boats leave again.
    """

  private static func mission(_ name: String) throws -> String {
    try String(contentsOfFile: missions + name, encoding: .utf8)
  }

  /// The section `ai` with which the provider openai is llama.cpp.
  private static func models() async throws -> String {
    let llama = try await ModelServer.llama
    return """
      ai:
        openai:
          base_url: \(llama.address("chat"))
          embeddings_base_url: \(llama.address("embeddings"))
      """
  }

  private static let question = """
    name: question
    steps:
      - id: ask
        step_type: rag_query
        parameters: { query: when does the ice breaker come, model: text-embedding-3-small, limit: 3 }
    """

  @Test func `AI Document Processing runs as it stands, and its document outlives the daemon`() async throws {
    let workspace = try TemporaryDirectory()
    try workspace.write(Self.document, to: "source_document.txt")
    let configuration = "paths: { write: [\(workspace.path)] }\n" + (try await Self.models())
    let daemon = try await TestDaemon(configuration: configuration)
    let answer = try await daemon.ask(
      "/missions/execute?wait=100&workspace=\(workspace.path)", method: "POST",
      body: Self.mission("ai-document-processing.yaml"))
    let job = answer.json
    #expect(job["status"] == "completed", "\(answer.body)")
    let results = job["step_results"]
    #expect(results?["generate_summary"]?["output"]?["content"]?.stringValue?.isEmpty == false)
    #expect(results?["generate_embeddings"]?["output"]?["dimensions"] == 64)
    #expect(results?["store_in_rag"]?["output"]?["document_id"] == "doc_001")
    #expect(results?["store_in_rag"]?["output"]?["added"] == true)
    // Its two bare names lead nowhere: they stay as they are, and somebody is told.
    let warnings =
      (results?["store_in_rag"]?["warnings"] ?? .null).compact + (job["warnings"] ?? .null).compact
    for name in ["summary_result", "keywords_result"] {
      #expect(warnings.contains("{{\(name)}}"), "\(warnings)")
    }
    let sum = ["generate_summary", "extract_keywords", "generate_embeddings", "store_in_rag"].reduce(0) {
      $0 + (results?[$1]?["tokens"]?["total_tokens"]?.integerValue ?? 0)
    }
    #expect(sum > 0)
    #expect(job["tokens"]?["total_tokens"]?.integerValue == sum)
    try await daemon.kill()

    let second = try await TestDaemon(configuration: configuration, directory: daemon.directory)
    let asked = try await second.execute(Self.question)
    #expect(asked["status"] == "completed", "\(asked.compact)")
    let hit = asked["step_results"]?["ask"]?["output"]?["results"]?[0]
    #expect(hit?["document_id"] == "doc_001")
    #expect(hit?["content"]?.stringValue?.contains("ice breaker") == true)
    #expect(hit?["metadata"]?["summary"] == "{{summary_result}}")
  }

  @Test func `mission run reads the section ai, and its store is a file that can be named`() async throws {
    let workspace = try TemporaryDirectory()
    try workspace.write(Self.document, to: "source_document.txt")
    let key = "sk-a-key-that-nobody-may-see"
    chmod(try workspace.write(key, to: "key"), 0o600)
    let file = try workspace.write(
      try await Self.models() + """

            key_secret: model_key
          log_prompts: true
          log_answers: false
        secrets: { files: { model_key: \(workspace / "key") } }
        """, to: "missiond.yaml")
    let run = { (name: String, words: [String]) async throws in
      try await TestProcess.run(
        TestProcess.product("mission"),
        ["run", "--json", "--config", file, "--store", workspace / "store.db", "--logs", workspace / "logs"]
          + words + [name],
        directory: workspace.path)
    }
    let first = try await run(
      Self.missions + "ai-document-processing.yaml",
      ["--context", "summary_result=ice", "--context", "keywords_result=harbour, ice"])
    #expect(first.ending == .exited(0), "\(first.error)")
    let job = try JSONParser.parse(first.output)
    #expect((job["tokens"]?["total_tokens"]?.integerValue ?? 0) > 0)
    #expect(!(first.output + first.error).contains(key))
    let logs = try FileManager.default.subpathsOfDirectory(atPath: workspace / "logs")
      .map { (try? String(contentsOfFile: workspace / "logs/\($0)", encoding: .utf8)) ?? "" }.joined()
    #expect(logs.contains("user: Summarize the document content"))
    let answer = job["step_results"]?["generate_summary"]?["output"]?["content"]?.stringValue ?? ""
    #expect(!answer.isEmpty)
    #expect(!logs.contains(answer))
    let second = try await run(try workspace.write(Self.question, to: "question.yaml"), [])
    #expect(second.ending == .exited(0), "\(second.error)")
    let output = try JSONParser.parse(second.output)["step_results"]?["ask"]?["output"]
    #expect(output?["results"]?[0]?["metadata"]?["keywords"] == "harbour, ice")
  }

  @Test func `the Example Usage of variables runs with a name and an address of our own`() async throws {
    let users = try LoopbackServer { _ in
      .bytes(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"name\":\"Ada\"}")
    }
    let mission = try Self.mission("variable-substitution.yaml")
      .replacingOccurrences(of: "https://api.example.com", with: users.url(""))
    #expect(mission.contains("\(users.url(""))/users/{{env.USER_ID}}"))
    let token = "a-token-that-nobody-may-see"
    let daemon = try await TestDaemon(
      configuration: "environment: { pass: [USER_ID, API_TOKEN] }\n" + (try await Self.models()),
      environment: ["USER_ID": "42", "API_TOKEN": token])
    let job = try await daemon.execute(mission)
    #expect(job["status"] == "completed", "\(job.compact)")
    #expect(!job.compact.contains(token))
    let request = users.requests.value.first ?? ""
    #expect(request.hasPrefix("GET /users/42 HTTP/1.1\r\n"))
    #expect(request.lowercased().contains("authorization: bearer \(token)\r\n"))
    let saved = job["step_results"]?["save_result"]?["output"]
    #expect(saved?["path"] == "user_analysis_42.txt")
    let analysis = job["step_results"]?["process_data"]?["output"]?["analysis"]?.stringValue ?? ""
    #expect(!analysis.isEmpty)
    #expect(saved?["size"]?.integerValue == Int64(analysis.utf8.count))
  }
}
