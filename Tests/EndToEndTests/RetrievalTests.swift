import Foundation
import Formats
import TestSupport
import Testing

/// How well `rag_query` finds what is asked for: passages of `Tests/Fixtures/retrieval`, each with a question
/// that says the same in other words.
@Suite(.timeLimit(.minutes(2))) struct RetrievalTests {
  /// One of the passages, and what somebody asks who needs it.
  private struct Passage {
    let id: String
    let text: String
    let question: String
  }

  /// Of how many questions the right passage is first, or among the first three, and the mean of its place's
  /// reciprocal.
  private struct Quality: CustomStringConvertible {
    var first = 0.0
    var firstThree = 0.0
    var reciprocalRank = 0.0

    init(ranks: [Int?]) {
      let count = Double(ranks.count)
      for case let rank? in ranks {
        if rank == 1 { first += 1 / count }
        if rank <= 3 { firstThree += 1 / count }
        reciprocalRank += 1 / Double(rank) / count
      }
    }

    var description: String {
      let figures = [("recall@1", first), ("recall@3", firstThree), ("MRR", reciprocalRank)]
      return figures.map { "\($0) \(String(format: "%.2f", $1))" }.joined(separator: ", ")
    }
  }

  private static let passages: [Passage] = {
    let file = (#filePath as NSString).deletingLastPathComponent + "/../Fixtures/retrieval/passages.json"
    let list = (try? JSONParser.parse(Array(Data(contentsOf: URL(fileURLWithPath: file)))))?.arrayValue ?? []
    return list.compactMap { entry in
      guard let id = entry["id"]?.stringValue, let text = entry["text"]?.stringValue,
        let question = entry["question"]?.stringValue
      else { return nil }
      return Passage(id: id, text: text, question: question)
    }
  }()

  /// Adds every passage, then asks every question.
  private static func mission(provider: String, mode: String) -> JSON {
    let adding: [JSON] = passages.map { passage in
      [
        "id": .string("add_\(passage.id)"), "step_type": "rag_add",
        "parameters": [
          "id": .string(passage.id), "content": .string(passage.text), "provider": .string(provider),
        ],
      ]
    }
    let asking: [JSON] = passages.map { passage in
      [
        "id": .string("ask_\(passage.id)"), "step_type": "rag_query",
        "depends_on": .array(passages.map { .string("add_\($0.id)") }),
        "parameters": ["query": .string(passage.question), "top_k": 10, "mode": .string(mode)],
      ]
    }
    return ["name": "retrieval", "steps": .array(adding + asking)]
  }

  private static func quality(provider: String, mode: String, server: String) async throws -> Quality {
    let directory = try TemporaryDirectory()
    let file = try directory.write(mission(provider: provider, mode: mode).compact, to: "mission.json")
    let record = try await TestProcess.run(
      TestProcess.product("mission"), ["run", "--json", file],
      environment: ProcessInfo.processInfo.environment.merging(["OPENAI_BASE_URL": server]) { $1 },
      directory: directory.path)
    #expect(record.ending == .exited(0), "\(record.error)")
    let results = try JSONParser.parse(record.output)["step_results"]
    let quality = Quality(
      ranks: passages.map { passage in
        let found = results?["ask_\(passage.id)"]?["output"]?["results"]?.arrayValue ?? []
        return found.firstIndex { $0["document_id"] == .string(passage.id) }.map { $0 + 1 }
      })
    print("retrieval, \(provider) \(mode), \(passages.count) questions: \(quality)")
    return quality
  }

  @Test func `a model that knows what words mean finds what hashed words cannot`() async throws {
    #expect(Self.passages.count == 30)
    let model = try await ModelServer("minilm.py")
    defer { withExtendedLifetime(model) {} }
    let server = model.address()
    let meant = try await Self.quality(provider: "openai", mode: "vector", server: server)
    let both = try await Self.quality(provider: "openai", mode: "hybrid", server: server)
    let hashed = try await Self.quality(provider: "local", mode: "vector", server: server)
    #expect(meant.first >= 0.8 && meant.firstThree >= 0.9, "\(meant)")
    #expect(meant.reciprocalRank >= hashed.reciprocalRank + 0.2, "\(meant), not \(hashed)")
    // Words in common are no help where there are none, but no harm either.
    #expect(both.reciprocalRank >= 0.8, "\(both)")
  }
}
