package import MissionModel
import SQLite

extension JobStore {
  /// Writes something that says nothing, synced: whether the table can be written again after it could not.
  package func probe() async throws(StoreError) {
    try await write("write to the job table") { tx throws(SQLiteError) in
      try tx.execute("INSERT INTO removals (job) VALUES (0)")
      try tx.execute("DELETE FROM removals WHERE job = 0")
    }
  }
}
