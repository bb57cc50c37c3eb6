import Glibc
package import MissionModel
import MissionStore
package import Posix

/// Where things lie in the state directory, and the folders outside of it that jobs may use.
package struct StateLayout: Sendable {
  /// The state directory itself, an absolute path without a slash at its end.
  package let root: String
  /// Folders that jobs may change besides their workspaces.
  package let writePaths: [String]

  /// Names a layout.
  package init(root: String, writePaths: [String] = []) {
    self.root = root == "/" || !root.hasSuffix("/") ? root : String(root.dropLast())
    self.writePaths = writePaths
  }

  /// The job table.
  package var database: String { "\(root)/missiond.db" }
  /// Held by the daemon that uses the directory.
  package var lock: String { "\(root)/lock" }
  /// What the markers of this directory's attempts begin with.
  var identity: String { "\(root)/identity" }
  /// Logs, a folder a job.
  package var logs: String { "\(root)/logs" }
  /// Workspaces, a folder a job.
  package var workspaces: String { "\(root)/workspaces" }
  /// Bodies of requests that are too long for memory, while they arrive.
  package var spool: String { "\(root)/spool" }

  /// What is known of detached processes, a file each.
  var detached: String { "\(root)/detached" }

  /// The workspace of a job that named none.
  package func workspace(of job: JobID) -> String { "\(workspaces)/\(job)" }

  /// Makes the directories that are missing, readable by the daemon's user alone.
  package func prepare() throws(Errno) {
    for directory in [root, logs, workspaces, spool, detached] {
      if mkdir(directory, 0o700) != 0, errno != EEXIST {
        throw Errno(errno, "create the state directory", directory)
      }
    }
  }

  /// Removes what a job has left on disk; what cannot be removed stays for the next cleaning.
  func remove(_ job: RemovedJob) async {
    let path = "\(logs)/\(job.id)"
    await BlockingWork.files.run { _ = TreeRemoval.remove(path) }
    await removeWorkspace(of: job)
  }

  /// Removes the workspace that was a job's own.
  func removeWorkspace(of job: RemovedJob) async {
    guard let path = job.workspace, path.hasPrefix(workspaces + "/") else { return }
    await BlockingWork.files.run { _ = TreeRemoval.remove(path) }
  }
}
