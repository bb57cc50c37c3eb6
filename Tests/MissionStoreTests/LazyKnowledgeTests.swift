import MissionModel
import TestSupport
import Testing

@testable import MissionStore

@Suite struct LazyKnowledgeTests {
  @Test func `the file is made when it is first used, and keeps what it was given`() async throws {
    let directory = try TemporaryDirectory()
    let first = LazyKnowledge(path: directory / "k.db").capability
    #expect(!directory.contains("k.db"))
    _ = try await first.add(KnowledgeStoreTests.document("d", ["pump"]), KnowledgeStoreTests.collection)
    let second = LazyKnowledge(path: directory / "k.db").capability
    #expect(try await second.find(KnowledgeQuery(collection: "c", words: "pump", limit: 1)).count == 1)
  }

  @Test func `a file that cannot be opened is named`() async throws {
    let directory = try TemporaryDirectory()
    let knowledge = LazyKnowledge(path: directory / "missing/k.db").capability
    let failure = await #expect(throws: StepFailure.self) { try await knowledge.collection("c") }
    #expect(
      failure?.message
        == "open the document store: unable to open database file (14); check the disk and the permissions of "
        + "the database and its directory")
  }
}
