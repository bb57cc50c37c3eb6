import Formats
import MissionModel
import SQLite
import TestSupport
import Testing

@testable import MissionStore

@Suite(.timeLimit(.minutes(1))) struct KnowledgeStoreFindTests {
  private static let collection = KnowledgeStoreTests.collection

  private static func filled() async throws -> (StoreFixture, Knowledge) {
    let table = try await StoreFixture.open()
    let knowledge = table.store.knowledge.capability
    for (id, text, vector, color) in [
      ("a", "the red pump", [1, 0, 0], "red"), ("b", "a green pump with oil", [0.8, 0.6, 0], "green"),
      ("c", "blue sky", [0, 1, 0], "blue"), ("d", "oil oil oil", [0, 0, 2], "blue"),
    ] as [(String, String, [Float], String)] {
      let document = KnowledgeStoreTests.document(id, [text], near: vector, ["color": .string(color)])
      _ = try await knowledge.add(document, collection)
    }
    return (table, knowledge)
  }

  private static func ids(_ knowledge: Knowledge, _ query: KnowledgeQuery) async throws -> [String] {
    try await knowledge.find(query).map(\.documentID)
  }

  @Test func `metadata that cannot be read is damage that is told, not a document without metadata`()
    async throws
  {
    let (table, knowledge) = try await Self.filled()
    try await table.database.write { tx throws(SQLiteError) in
      try tx.execute("UPDATE knowledge SET metadata = '{\"color\"' WHERE id = 'a'")
    }
    for filter in [[:], ["color": "red"]] as [JSONObject] {
      let failure = await #expect(throws: StepFailure.self) {
        try await knowledge.find(
          KnowledgeQuery(collection: "c", words: "red", limit: 9, filter: filter))
      }
      #expect(failure?.message.hasPrefix("search collection \"c\": ") == true, "\(failure?.message ?? "")")
    }
    await table.close()
  }

  @Test func `each metric has its own order`() async throws {
    let (table, knowledge) = try await Self.filled()
    func ids(_ metric: VectorMetric) async throws -> [String] {
      try await Self.ids(
        knowledge, KnowledgeQuery(collection: "c", vector: [0.9, 0.1, 1], metric: metric, limit: 2))
    }
    #expect(try await ids(.cosine) == ["d", "a"])
    #expect(try await ids(.dot) == ["d", "a"])
    #expect(try await ids(.euclidean) == ["a", "b"])
    await table.close()
  }

  @Test func `a filter leaves what has the metadata, also of several values`() async throws {
    let (table, knowledge) = try await Self.filled()
    func ids(_ filter: JSONObject) async throws -> [String] {
      try await Self.ids(
        knowledge, KnowledgeQuery(collection: "c", vector: [1, 0, 0], limit: 9, filter: filter))
    }
    #expect(try await ids(["color": "blue"]) == ["c", "d"])
    #expect(try await ids(["color": ["red", "green"]]) == ["a", "b"])
    #expect(try await ids(["color": "pink"]) == [])
    #expect(try await ids(["size": .null]) == ["a", "b", "c", "d"])
    let words = KnowledgeQuery(collection: "c", words: "pump", limit: 9, filter: ["color": "green"])
    #expect(try await Self.ids(knowledge, words) == ["b"])
    await table.close()
  }

  @Test func `both kinds of search are put together by rank`() async throws {
    let (table, knowledge) = try await Self.filled()
    let query = KnowledgeQuery(collection: "c", words: "green pump oil", vector: [1, 0, 0], limit: 9)
    let hits = try await knowledge.find(query)
    #expect(hits.map(\.documentID).prefix(2) == ["b", "a"])
    #expect(hits.allSatisfy { $0.score > 0 && $0.score <= 1 })
    await table.close()
  }

  @Test func `what shares only common words with a question does not count beside its vector`() async throws {
    let table = try await StoreFixture.open()
    let knowledge = table.store.knowledge.capability
    for number in 0..<20 {
      let (text, x) =
        number == 3 ? ("the code is E4711", 0.1) : ("the weather is fine", number == 7 ? 1 : 0.2)
      let document = KnowledgeStoreTests.document("d\(number)", [text], near: [Float(x), 1, 0])
      _ = try await knowledge.add(document, Self.collection)
    }
    func first(_ words: String) async throws -> String? {
      try await Self.ids(
        knowledge, KnowledgeQuery(collection: "c", words: words, vector: [1, 0, 0], limit: 3)
      ).first
    }
    #expect(try await first("how is the sun shining") == "d7")
    #expect(try await first("what is the meaning of E4711") == "d3")
    await table.close()
  }

  @Test func `a threshold is a similarity, also for what words found`() async throws {
    let (table, knowledge) = try await Self.filled()
    var query = KnowledgeQuery(
      collection: "c", words: "oil", vector: [1, 0, 0], limit: 9, threshold: 0.5)
    #expect(Set(try await Self.ids(knowledge, query)) == ["a", "b"])
    query.words = nil
    query.threshold = 0.8001
    #expect(try await Self.ids(knowledge, query) == ["a"])
    await table.close()
  }

  @Test(arguments: [
    "\"", "pump OR", "NEAR(", "a* ^b", "col:umn", "-pump", "'; DROP TABLE chunks", "(", "pump AND NOT",
  ])
  func `no text breaks a search by words`(text: String) async throws {
    let (table, knowledge) = try await Self.filled()
    _ = try await knowledge.find(KnowledgeQuery(collection: "c", words: text, limit: 9))
    await table.close()
  }

  @Test func `a search that cannot be made says why`() async throws {
    let (table, knowledge) = try await Self.filled()
    let missing = await #expect(throws: StepFailure.self) {
      try await knowledge.find(KnowledgeQuery(collection: "x", words: "a", limit: 1))
    }
    #expect(missing?.message == "search collection \"x\": there is none; rag_add makes it; known are c")
    let wrong = await #expect(throws: StepFailure.self) {
      try await knowledge.find(KnowledgeQuery(collection: "c", vector: [1], limit: 1))
    }
    #expect(wrong?.message == "search collection \"c\": its vectors have 3 dimensions, not 1")
    await table.close()
  }

  @Test(arguments: VectorMetric.allCases)
  func `the search over codes misses none that full vectors would find`(metric: VectorMetric) async throws {
    let table = try await StoreFixture.open()
    let knowledge = table.store.knowledge.capability
    var random = SeededBytes(seed: 7)
    func vector() -> [Float] { (0..<24).map { _ in Float.random(in: -1...1, using: &random) } }
    var collection = Self.collection
    collection.dimensions = 24
    var vectors: [String: [Float]] = [:]
    var chunks: [KnowledgeDocument.Chunk] = []
    for number in 0..<3000 {
      let vector = vector()
      vectors["d#\(number)"] = vector
      chunks.append(.init("x", vector: vector))
    }
    _ = try await knowledge.add(KnowledgeDocument(id: "d", chunks: chunks), collection)
    for _ in 0..<5 {
      let wanted = vector()
      let exact = vectors.sorted { metric.similarity(wanted, $0.value) > metric.similarity(wanted, $1.value) }
      let found = try await knowledge.find(
        KnowledgeQuery(collection: "c", vector: wanted, metric: metric, limit: 10))
      #expect(found.map(\.chunkID) == exact.prefix(10).map(\.key))
    }
    await table.close()
  }
}
