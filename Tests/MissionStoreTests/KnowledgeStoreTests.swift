import Formats
import Foundation
import MissionModel
import SQLite
import TestSupport
import Testing

@testable import MissionStore

@Suite(.timeLimit(.minutes(1))) struct KnowledgeStoreTests {
  static let collection = KnowledgeCollection(name: "c", provider: "local", model: "ngram", dimensions: 3)

  static func document(
    _ id: String, _ texts: [String], near vector: [Float] = [1, 0, 0], _ metadata: JSONObject = [:]
  ) -> KnowledgeDocument {
    KnowledgeDocument(
      id: id, metadata: metadata, chunks: texts.map { KnowledgeDocument.Chunk($0, vector: vector) })
  }

  @Test func `a document is found again after the database was closed`() async throws {
    let table = try await StoreFixture.open()
    let knowledge = table.store.knowledge.capability
    #expect(try await knowledge.collection("c") == nil)
    let document = Self.document("d", ["The pump leaks.", "Lunch."], ["language": "en"])
    #expect(try await knowledge.add(document, Self.collection) == false)
    await table.close()
    let again = try await StoreFixture.open(in: table.directory)
    let reopened = again.store.knowledge.capability
    #expect(try await reopened.collection("c") == Self.collection)
    let hits = try await reopened.find(KnowledgeQuery(collection: "c", words: "pumps", limit: 5))
    #expect(hits.map(\.chunkID) == ["d#0"])
    #expect(hits.first?.metadata == ["language": "en"])
    #expect(hits.first?.content == "The pump leaks.")
    await again.close()
  }

  @Test func `a document takes the place of the one with its id, words and vectors too`() async throws {
    let table = try await StoreFixture.open()
    let knowledge = table.store.knowledge.capability
    _ = try await knowledge.add(Self.document("other", ["zebra"], near: [0, 0, 1]), Self.collection)
    _ = try await knowledge.add(Self.document("d", ["old words", "more old"]), Self.collection)
    #expect(
      try await knowledge.add(Self.document("d", ["new"], near: [0, 1, 0]), Self.collection) == true)
    #expect(try await knowledge.find(KnowledgeQuery(collection: "c", words: "old", limit: 9)).isEmpty)
    let near = try await knowledge.find(
      KnowledgeQuery(collection: "c", vector: [0, 1, 0], limit: 9, threshold: 0.5))
    #expect(near.map(\.chunkID) == ["d#0"] && near.first?.score == 1)
    for name in ["chunks", "chunk_codes", "chunk_vectors"] {
      let rows = try await table.database.read { tx throws(SQLiteError) in
        var count = 0
        try tx.prepare(composed: "SELECT count(*) FROM \(name)").scan([]) { row throws(SQLiteError) in
          count = row.int(0)
          return false
        }
        return count
      }
      #expect(rows == 2, "\(name)")
    }
    await table.close()
    #expect(try await KnowledgeFile.texts(in: table.directory / "missiond.db") == ["zebra", "new"])
  }

  @Test func `vectors of another model are refused, whoever comes second`() async throws {
    let table = try await StoreFixture.open()
    let knowledge = table.store.knowledge.capability
    var other = Self.collection
    other.model = "big"
    async let first: Bool = knowledge.add(Self.document("a", ["x"]), Self.collection)
    async let second: Bool = knowledge.add(Self.document("a", ["y"]), Self.collection)
    #expect(try await [first, second].filter { $0 }.count == 1)
    let failure = await #expect(throws: StepFailure.self) {
      try await knowledge.add(Self.document("b", ["x"]), other)
    }
    #expect(
      failure?.message
        == "collection \"c\" holds vectors of local ngram (3 dimensions), not of local big (3); "
        + "take another collection, or the same model")
    await table.close()
  }

  @Test func `what cannot be kept is refused`() async throws {
    let table = try await StoreFixture.open()
    let knowledge = table.store.knowledge.capability
    let many = Self.document("d", [String](repeating: "x", count: KnowledgeStore.mostChunks + 1))
    let failure = await #expect(throws: StepFailure.self) { try await knowledge.add(many, Self.collection) }
    #expect(
      failure?.message
        == "add document \"d\": it has 20001 chunks, more than 20000; raise chunk_size, or add its parts as "
        + "documents")
    await table.close()
    let closed = await #expect(throws: StepFailure.self) { try await knowledge.collection("c") }
    #expect(closed?.message == "look up collection \"c\": the database is closed (21)")
  }

  @Test func `at whichever write the process dies, the document is wholly the old one or the new one`()
    async throws
  {
    let disk = FaultyVFS()
    // A small cache: the transaction writes long before it commits.
    let table = try await StoreFixture.open(disk: disk, cacheBytes: 32 << 10)
    let knowledge = table.store.knowledge.capability
    let (old, new) = (
      (0..<30).map { "old \($0)" }, (0..<20).map { "new \($0) \(String(repeating: "word ", count: 300))" }
    )
    _ = try await knowledge.add(Self.document("d", old), Self.collection)
    // What lies in the files before each write is what a kill leaves there.
    let copies = try TemporaryDirectory()
    let folder = table.directory
    disk.fail(
      .watched { number in
        for end in ["", "-wal", "-shm"] {
          let source = FileManager.default.contents(atPath: folder / "missiond.db\(end)") ?? Data()
          try? source.write(to: URL(fileURLWithPath: copies / "\(number).db\(end)"))
        }
      })
    #expect(try await knowledge.add(Self.document("d", new), Self.collection))
    let writes = disk.calls
    disk.fail(.none)
    await table.close()
    var seen: [[String]: Int] = [:]
    for number in 1...writes {
      seen[try await KnowledgeFile.texts(in: copies / "\(number).db"), default: 0] += 1
    }
    #expect(Set(seen.keys).isSubset(of: [old, new]), "\(seen.keys.map(\.count))")
    #expect((seen[old] ?? 0) > 10, "\(writes) writes")
  }

  @Test func `whichever write fails, the document is as it was or as it is now`() async throws {
    for number in 1...12 {
      let disk = FaultyVFS()
      let table = try await StoreFixture.open(disk: disk)
      let knowledge = table.store.knowledge.capability
      _ = try await knowledge.add(Self.document("d", ["old", "ancient"]), Self.collection)
      disk.fail(.once(at: number, code: FaultyVFS.syncError))
      let failed = await failure { try await knowledge.add(Self.document("d", ["new"]), Self.collection) }
      disk.fail(.none)
      let query = KnowledgeQuery(collection: "c", words: "old new ancient", vector: [1, 0, 0], limit: 9)
      let found = Set(try await knowledge.find(query).map(\.content))
      #expect(found == (failed == nil ? ["new"] : ["old", "ancient"]))
      await table.close()
    }
  }
}
