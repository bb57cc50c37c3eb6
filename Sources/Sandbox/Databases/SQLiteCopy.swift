import MissionModel
import Posix
import SQLite

/// Copies of SQLite's databases for steps.
enum SQLiteCopy {
  /// Copies a file while others use it, and checks the copy.
  static func run(
    _ source: HeldPath, _ title: String, _ destination: HeldPath
  ) async throws(StepFailure) {
    let isCancelled = Lock(false)
    let failure = await withTaskCancellationHandler {
      await BlockingWork.clients.run { () -> StepFailure? in
        do throws(SQLiteError) {
          try OnlineBackup.copy(from: source.realPath, to: destination.realPath) {
            isCancelled.withLock { $0 }
          }
          return nil
        } catch {
          if error.primaryCode == 9 { return .cancelled }
          if error.primaryCode == 11 {
            return StepFailure("back up \(title): the database is damaged: \(error.message)")
          }
          return SQLiteValues.failure(error, title)
        }
      }
    } onCancel: {
      isCancelled.withLock { $0 = true }
    }
    if let failure { throw failure }
  }
}
