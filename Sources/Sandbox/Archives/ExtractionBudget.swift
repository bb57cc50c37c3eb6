import MissionModel

/// How much may still come of an archive: what makes a bomb a failed step. No I/O.
struct ExtractionBudget {
  private let bounds: UnpackRequest.Bounds
  private let archiveBytes: Int64
  private(set) var entries = 0
  /// Bytes of all files together, holes included.
  private(set) var bytes: Int64 = 0
  /// Those of them that take space.
  private var data: Int64 = 0

  /// Bounds what comes of an archive of `archiveBytes`.
  init(_ bounds: UnpackRequest.Bounds, archiveBytes: Int64) {
    self.bounds = bounds
    self.archiveBytes = archiveBytes
  }

  /// Takes one more entry, which says that it holds `size` bytes.
  mutating func takeEntry(size: Int64?) throws(EntryPath.Refusal) {
    entries += 1
    guard entries <= bounds.files else {
      throw EntryPath.Refusal(
        message: "it holds more than \(bounds.files) entries; raise max_files if it is to be trusted")
    }
    guard (size ?? 0) <= Int64(bounds.bytes) - bytes else { throw tooManyBytes }
  }

  /// Takes `count` more bytes of a file, after `bytesRead` of the archive; `hole` of them take no space.
  mutating func take(_ count: Int64, hole: Int64 = 0, bytesRead: Int64) throws(EntryPath.Refusal) {
    let (sum, overflow) = bytes.addingReportingOverflow(count)
    guard count >= 0, !overflow, sum <= Int64(bounds.bytes) else { throw tooManyBytes }
    bytes = sum
    data += count - hole
    // Entries may share bytes of the archive: however often those are read, they count once.
    let used = max(min(bytesRead, archiveBytes), 1)
    guard
      data <= Int64(UnpackRequest.Bounds.harmlessBytes) || data / used < Int64(bounds.ratio)
    else {
      throw EntryPath.Refusal(
        message:
          "it grows to more than \(bounds.ratio) times its size; raise max_ratio if it is to be trusted")
    }
  }

  private var tooManyBytes: EntryPath.Refusal {
    EntryPath.Refusal(
      message: "it holds more than \(bounds.bytes) bytes; raise max_bytes if it is to be trusted")
  }
}
