import MissionModel
import Posix

/// How much of `workspace.max_bytes` is taken.
///
/// Processes write without asking, so the count is a lower bound that is taken anew before anything is
/// refused and after every eighth of the limit.
final class WorkspaceUsage: Sendable {
  private struct Tally: Sendable {
    var measured: Int64?
    var added: Int64 = 0
  }

  let limit: Int64
  private let tally = Lock(Tally())

  /// Bounds a workspace to `limit` bytes.
  init(limit: Int64) { self.limit = limit }

  /// Takes `bytes` more, or refuses them; blocks while it measures.
  ///
  /// - Parameter measure: the bytes that the workspace holds at this instant.
  func take(
    _ bytes: Int64, _ words: FileWords, measure: () throws(StepFailure) -> Int64
  ) throws(StepFailure) {
    if bytes <= 0 { return }
    let isCertain = tally.withLock { tally in
      guard let measured = tally.measured, tally.added < limit / 8, measured + tally.added + bytes <= limit
      else { return false }
      tally.added += bytes
      return true
    }
    if isCertain { return }
    let measured = try measure()
    let total = tally.withLock { tally in
      tally.measured = measured
      tally.added = bytes
      return measured + bytes
    }
    guard total <= limit else {
      throw words.failure(
        "the workspace would hold \(total) bytes, more than its limit of \(limit); "
          + "free space in it or raise workspace.max_bytes")
    }
  }

  /// The bytes of all files under a folder; what vanishes meanwhile is not counted.
  static func measure(_ directory: DirectoryHandle, _ words: FileWords) throws(StepFailure) -> Int64 {
    try words.run { () throws(Errno) in
      var cursor = try TreeCursor(directory)
      var total: Int64 = 0
      while true {
        guard let name = cursor.next() else {
          if cursor.depth == 0 { return total }
          _ = try cursor.leave()
          continue
        }
        guard let attributes = try cursor.directory.attributes(of: name) else { continue }
        total += attributes.allocatedBytes
        if attributes.kind == .directory { try cursor.enter(name) }
      }
    }
  }
}
