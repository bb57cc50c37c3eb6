import Drivers
import MissionModel
import Posix

/// A single file in gzip on its way into another. Blocks.
struct Inflating {
  private let workspace: WorkspaceLive
  private let words: FileWords
  private let source: OpenFile
  private let target: NewFile
  private let reader: ArchiveReader
  private var budget: ExtractionBudget
  private var hasBegun = false
  private(set) var report = ArchiveReport(format: .gzip)

  /// Begins to write what is in `source`.
  init(
    _ request: UnpackRequest, _ library: LibArchive, in workspace: WorkspaceLive, _ source: OpenFile,
    _ target: NewFile
  ) throws(StepFailure) {
    self.workspace = workspace
    self.source = source
    self.target = target
    words = FileWords("extract", request.source)
    budget = ExtractionBudget(request.bounds, archiveBytes: source.size)
    report.files = 1
    do throws(ArchiveError) {
      reader = try ArchiveReader(library, .gzip, of: source.descriptor.rawValue)
    } catch { throw words.failure(error.description) }
  }

  /// Goes on for a moment; true at the end of the file.
  mutating func advance() throws(StepFailure) -> Bool {
    let end = ContinuousClock.now + WorkspaceLive.archivePieceTime
    repeat {
      let piece: (bytes: UnsafeRawBufferPointer, offset: Int64)?
      do throws(ArchiveError) {
        if !hasBegun {
          hasBegun = true
          guard try reader.next() != nil else { throw .failed("it is empty") }
          // The library would hand on as it is what nobody compressed.
          guard reader.format == .gzip else { throw .failed("it is no gz") }
        }
        piece = try reader.nextData()
      } catch { throw words.failure(error.description) }
      guard let (bytes, _) = piece else {
        report.inputBytes = source.size
        report.outputBytes = budget.bytes
        return true
      }
      do throws(EntryPath.Refusal) {
        try budget.take(Int64(bytes.count), bytesRead: reader.bytesRead)
      } catch { throw words.failure(error.message) }
      try workspace.reserve(Int64(bytes.count), in: target.slot, words)
      try words.run { () throws(Errno) in try target.descriptor.writeAll(bytes) }
    } while ContinuousClock.now < end
    return false
  }
}
