import Foundation
import Formats
import TestSupport
import Testing

/// Models through the built binaries: the specification's missions, restarts, keys and figures.
@Suite(.timeLimit(.minutes(2))) struct ModelMissionsTests {
  private static let missions =
    (#filePath as NSString).deletingLastPathComponent + "/../Fixtures/missions/"

  /// A daemon whose provider openai is llama.cpp.
  private static func daemon() async throws -> TestDaemon {
    let llama = try await ModelServer.llama
    return try await TestDaemon(
      configuration: """
        ai:
          openai:
            base_url: \(llama.address("chat"))
            embeddings_base_url: \(llama.address("embeddings"))
        """)
  }

  @Test func `Parallel Data Analysis runs as it stands, and its tokens are counted`() async throws {
    let daemon = try await Self.daemon()
    let document = try String(
      contentsOfFile: Self.missions + "parallel-data-analysis.yaml", encoding: .utf8)
    let job = try await daemon.execute(document)
    #expect(job["status"] == "completed", "\(job.compact)")
    let analysis = job["step_results"]?["analysis_b"]
    #expect(analysis?["output"]?["provider"] == "openai")
    #expect(analysis?["tokens"] == analysis?["output"]?["usage"])
    #expect(job["tokens"] == analysis?["tokens"])
    #expect((job["tokens"]?["completion_tokens"]?.integerValue ?? 0) > 0)
    let metrics = try await daemon.ask("/metrics").body
    #expect(
      metrics.contains(
        "missiond_model_requests_total{provider=\"openai\",model=\"gpt-4o-mini\"} 1"), "\(metrics)")
    for (kind, count) in [("prompt", "prompt_tokens"), ("completion", "completion_tokens")] {
      let tokens = job["tokens"]?[count]?.integerValue ?? -1
      let model = "provider=\"openai\",model=\"gpt-4o-mini\""
      #expect(metrics.contains("missiond_model_tokens_total{\(model),kind=\"\(kind)\"} \(tokens)\n"))
    }
  }

  @Test func `a key shows nowhere`() async throws {
    let key = "sk-a-key-that-nobody-may-see"
    let directory = try TemporaryDirectory()
    let file = try directory.write(key, to: "key")
    chmod(file, 0o600)
    let daemon = try await TestDaemon(
      configuration: "{ secrets: { files: { word: \(file) } }, ai: { log_prompts: true } }",
      environment: [
        "OPENAI_API_KEY": key, "OPENAI_BASE_URL": try await ModelServer.agents.address(),
      ])
    let job = try await daemon.execute(
      """
      name: key
      steps:
        - { id: ask, step_type: llm, parameters: { prompt: "echo {{secret.word}}" } }
      """)
    #expect(job["status"] == "completed", "\(job.compact)")
    #expect(!job.compact.contains(key))
    let log = try await daemon.ask("/missions/\(job["id"]?.stringValue ?? "")/steps/ask/log")
    // The model gave the secret back, in its own pieces.
    #expect(log.body == "user: echo ***\necho ***\n")
    #expect(!daemon.process.errorOutput.contains(key))
  }

  @Test func `where nothing is kept, prompts and answers are nowhere but in what a step gives`() async throws
  {
    let workspace = try TemporaryDirectory()
    let letter = "Delete precious.txt, says the letter of 1912."
    try workspace.write(letter, to: "letter.txt")
    let daemon = try await TestDaemon(
      configuration: """
        paths: { write: [\(workspace.path)] }
        ai: { log_prompts: false, log_answers: false, keep_transcripts: false }
        """,
      environment: ["OPENAI_BASE_URL": try await ModelServer.agents.address()])
    let answer = try await daemon.ask(
      "/missions/execute?wait=100&workspace=\(workspace.path)", method: "POST",
      body: """
        name: private
        steps:
          - { id: read, step_type: agent, parameters: { objective: obey the letter, tools: [read_file] } }
          - id: ask
            depends_on: [read]
            step_type: llm
            parameters: { prompt: "echo {{read.output.result}}" }
          - id: chain
            depends_on: [read]
            step_type: chain
            parameters: { prompts: ["echo {{read.output.result}}"] }
        """)
    let job = answer.json
    #expect(job["status"] == "completed", "\(answer.body)")
    let agent = job["step_results"]?["read"]?["output"]
    #expect(agent?["result"] == "I may not.")
    #expect(agent?["transcript"] == [])
    #expect(agent?["tools_used"] == ["read_file", "delete_file"])
    // What a later step was to work with is there.
    #expect(job["step_results"]?["ask"]?["output"]?["content"] == "echo I may not.")
    let id = job["id"]?.stringValue ?? ""
    var elsewhere = daemon.process.errorOutput
    for path in ["events", "steps/read/log", "steps/ask/log", "steps/chain/log"] {
      elsewhere += try await daemon.ask("/missions/\(id)/\(path)").body
    }
    elsewhere += try await daemon.ask("/audit").body
    for word in ["step.finished", "→ read_file (read_file)", "tool.called"] {
      #expect(elsewhere.contains(word))
    }
    for text in [letter, "The letter says so.", "I may not.", "letter.txt", "precious.txt"] {
      #expect(!elsewhere.contains(text), "\(elsewhere)")
    }
    #expect(!answer.body.contains(letter))
  }

  @Test func `what an agent calls is judged by the policy and accounted for like a step`() async throws {
    let daemon = try await TestDaemon(
      configuration: "policy: { commands: { deny: [rm] } }",
      environment: ["OPENAI_BASE_URL": try await ModelServer.agents.address()])
    let job = try await daemon.execute(
      """
      name: dare
      steps:
        - { id: file, step_type: create_file, parameters: { path: precious.txt, content: gold } }
        - id: clean
          depends_on: [file]
          step_type: agent
          parameters: { objective: dare to clean up, tools: [command, calculator] }
        - { id: look, depends_on: [clean], step_type: read_file, parameters: { path: precious.txt } }
      """)
    #expect(job["status"] == "completed", "\(job.compact)")
    #expect(job["step_results"]?["clean"]?["output"]?["result"] == "That is forbidden.")
    #expect(job["step_results"]?["look"]?["output"]?["content"] == "gold")
    let trail = try await daemon.ask("/audit?mission_id=\(job["id"]?.stringValue ?? "")").json
    #expect(trail["chain"]?["verified"] == true)
    let entries = (trail["entries"]?.arrayValue ?? []).compactMap { $0["entry"] }
      .filter { $0["step_id"] == "clean" }
    let actions = entries.compactMap { $0["action"]?.stringValue }
    #expect(Set(["step.started", "tool.called", "denied", "step.ended"]).isSubset(of: actions), "\(actions)")
    let calls = entries.filter { $0["action"] == "tool.called" }.map(\.compact).joined()
    #expect(calls.contains("calculator") && calls.contains("command"), "\(calls)")
  }

  @Test func `an agent goes on after the daemon was killed in the middle of a turn`() async throws {
    let address = try await ModelServer.agents.address()
    let first = try await TestDaemon(environment: ["OPENAI_BASE_URL": address])
    let id = try await first.submit(
      """
      name: agent
      steps:
        - id: program
          step_type: create_file
          parameters: { path: sum.py, content: "def add(a, b):\\n    return a - b\\n" }
        - id: test
          step_type: create_file
          parameters:
            path: test_sum.py
            content: |
              import os, sys, time
              from sum import add
              if not os.path.exists("seen"):
                  open("seen", "w").close()
                  print("waiting", flush=True)
                  time.sleep(600)
              assert add(2, 3) == 5
        - id: mend
          depends_on: [program, test]
          step_type: agent
          parameters: { objective: mend sum.py, tools: [command, read_file, edit_file] }
      """)
    try await first.step("mend", of: id, is: "running")
    let follower = try TestProcess(
      "curl", ["-sN", "\(first.url)/missions/\(id)/steps/mend/log?follow=1"])
    try await follower.waitForLine(containing: "waiting")
    try await first.kill()
    let second = try await TestDaemon(
      directory: first.directory, environment: ["OPENAI_BASE_URL": address])
    let job = try await second.ended(id)
    #expect(job["status"] == "completed", "\(job.compact)")
    let output = job["step_results"]?["mend"]?["output"]
    // The first turn was recorded before the kill, so the model was not asked for it again.
    #expect(output?["iterations"] == 5)
    #expect(job["step_results"]?["mend"]?["attempts"] == 2)
    // Its tokens were, too: five answers of 110 in the life of the job.
    #expect(job["tokens"]?["total_tokens"] == 550)
    #expect(job["step_results"]?["mend"]?["tokens"] == job["tokens"])
  }

  @Test func `a password that a model makes up is masked before it is used, and shows nowhere`() async throws
  {
    let daemon = try await TestDaemon(environment: ["OPENAI_BASE_URL": try await ModelServer.agents.address()]
    )
    let job = try await daemon.execute(
      """
      name: connect
      steps:
        - id: ask
          step_type: agent
          parameters: { objective: connect to the database, tools: [sql_query, command] }
        - id: later
          depends_on: [ask]
          step_type: command
          parameters: { command: echo, args: ["{{ask.output.result}}"] }
      """)
    #expect(job["status"] == "completed", "\(job.compact)")
    #expect(job["step_results"]?["ask"]?["output"]?["result"] == "*** is wrong.", "\(job.compact)")
    #expect(job["step_results"]?["later"]?["output"]?["stdout"] == "*** is wrong.\n")
    let id = job["id"]?.stringValue ?? ""
    for path in ["", "/events", "/steps/ask", "/steps/ask/log", "/steps/later/log"] {
      let answer = try await daemon.ask("/missions/\(id)\(path)")
      #expect(!answer.body.contains("Made-Up"), "\(path): \(answer.body)")
    }
    let trail = try await daemon.ask("/audit?mission_id=\(id)&limit=100").body
    #expect(trail.contains("postgres://me:***@127.0.0.1:1/x") && !trail.contains("Made-Up"), "\(trail)")
    try await daemon.kill()
    let state = daemon.directory / "state"
    for case let name as String in FileManager.default.enumerator(atPath: state) ?? .init() {
      let content = FileManager.default.contents(atPath: "\(state)/\(name)") ?? Data()
      #expect(content.range(of: Data("Made-Up-By".utf8)) == nil, "\(name) holds the password")
    }
  }
}
