package import MissionModel
import SQLite

/// A document store in a file of its own that is opened when a step first uses it.
package actor LazyKnowledge {
  private let path: String
  private var opening: Task<Result<KnowledgeStore, StepFailure>, Never>?

  /// Keeps documents in the database at `path`, which is made if there is none.
  package init(path: String) { self.path = path }

  /// What steps get.
  package nonisolated var capability: Knowledge {
    Knowledge(
      collection: { name throws(StepFailure) in try await self.store().capability.collection(name) },
      add: { document, collection throws(StepFailure) in
        try await self.store().capability.add(document, collection)
      },
      find: { query throws(StepFailure) in try await self.store().capability.find(query) })
  }

  private func store() async throws(StepFailure) -> KnowledgeStore {
    let path = path
    let task = opening ?? Task { await Self.open(path) }
    opening = task
    let result = await task.value
    if case .failure = result { opening = nil }
    return try result.get()
  }

  private static func open(_ path: String) async -> Result<KnowledgeStore, StepFailure> {
    do throws(SQLiteError) {
      let database = try await Database.open(.init(path: path))
      try await Migrations.migrator.migrate(database)
      return .success(KnowledgeStore(database))
    } catch { return .failure(KnowledgeStore.failure(error, "open the document store")) }
  }
}
