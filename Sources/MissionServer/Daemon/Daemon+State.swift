import Glibc
import MissionEngine
import MissionModel
import MissionStore
import Posix
import SQLite
import Sandbox
import Telemetry

/// What outlives the daemon: the state directory, the database and the job table in it.
extension Daemon {
  func openState() throws(StartError) -> StateLock {
    do throws(Errno) { try state.prepare() } catch {
      throw StartError("\(error); choose another directory with --state-dir")
    }
    return try StateLock(state.lock, directory: state.root)
  }

  func openDatabase() async throws(StartError) -> Database {
    do throws(SQLiteError) { return try await Database.open(.init(path: state.database)) } catch {
      throw StartError("\(error)")
    }
  }

  /// Brings the table up to date and takes up what the daemon before left: before anybody can ask.
  func openTable(_ database: Database) async throws(StartError) -> JobStore {
    do throws(StoreError) {
      let store = try await JobStore(
        database, maxQueued: launch.configuration.limits.maxQueued, masker: { [secrets] in secrets.masker })
      let recovery = try await store.recover(now: clock.now())
      if recovery.interruptedJobs > 0 {
        log.notice(
          "jobs go on that the last stop interrupted",
          ["jobs": String(recovery.interruptedJobs), "attempts": String(recovery.interruptedAttempts)])
      }
      return store
    } catch { throw StartError(error.message) }
  }

  /// Reads the whole database once, on a reader, and says what is damaged.
  func checkIntegrity(of database: Database) async {
    let found: String?
    do throws(SQLiteError) {
      found = try await database.read { tx throws(SQLiteError) in
        try tx.first("PRAGMA quick_check(1)") { row throws(SQLiteError) in row.text(0) }
      }
    } catch {
      guard error.isCorrupt else {
        // What is only in the way now is no damage; the job table tells it, too, and gets over it.
        if !Task.isCancelled {
          log.warning("the database could not be checked", ["cause": error.description])
        }
        return
      }
      found = error.message
    }
    guard let found, found != "ok" else { return log.info("the database is sound") }
    log.error("the database is damaged", ["path": state.database, "found": found])
    health.set(.damage, "the database is damaged: \(found); restore \(state.database) from a copy")
  }
}
