package import Drivers
import Glibc
package import MissionModel
import Posix

extension WorkspaceLive {
  /// The archives that steps are handed: through libarchive of the host, in the places of this workspace.
  package func archives(_ library: LibArchive = .host) -> Archives {
    Archives(
      pack: { request throws(StepFailure) in try await pack(request, library) },
      unpack: { request throws(StepFailure) in try await unpack(request, library) })
  }

  /// How long a piece of work on an archive takes before somebody else has his turn.
  static let archivePieceTime: Duration = .milliseconds(50)

  private func pack(_ request: PackRequest, _ library: LibArchive) async throws(StepFailure) -> ArchiveReport
  {
    let words = FileWords("compress to", request.destination)
    let isCancelled = Lock(false)
    let target = try await piece { () throws(StepFailure) in try begin(words, WriteOptions()) }
    do throws(StepFailure) {
      let packing = try await piece { () throws(StepFailure) in
        // Behind a lock to go from thread to thread; nobody else ever asks for it.
        Lock(
          try Packing(request, library, in: self, target) { () throws(StepFailure) in
            if isCancelled.withLock({ $0 }) { throw .cancelled }
          })
      }
      try await heedingCancel(isCancelled) { () throws(StepFailure) in
        while !(try await piece({ () throws(StepFailure) in
          try packing.withLock { (packing) throws(StepFailure) in try packing.advance() }
        })) {}
      }
      let report = packing.withLock { $0.report }
      _ = try await piece { () throws(StepFailure) in try commit(target, words, WriteOptions()) }
      return report
    } catch {
      await BlockingWork.files.run { target.discard() }
      throw error
    }
  }

  private func unpack(
    _ request: UnpackRequest, _ library: LibArchive
  ) async throws(StepFailure) -> ArchiveReport {
    if request.format == .gzip { return try await inflate(request, library) }
    let unpacking = try await piece { () throws(StepFailure) in
      Lock(try Unpacking(request, library, in: self))
    }
    do throws(StepFailure) {
      while !(try await piece({ () throws(StepFailure) in
        try unpacking.withLock { (unpacking) throws(StepFailure) in try unpacking.advance() }
      })) {}
    } catch {
      // Also when the step was told to end: nothing of it stays.
      await BlockingWork.files.run { unpacking.withLock { $0.discard() } }
      throw error
    }
    return unpacking.withLock { $0.report }
  }

  /// Unpacks the single file of a gzip.
  private func inflate(
    _ request: UnpackRequest, _ library: LibArchive
  ) async throws(StepFailure) -> ArchiveReport {
    let words = FileWords("extract \(request.source) to", request.destination)
    let source = try await piece { () throws(StepFailure) in
      try openToRead(FileWords("extract", request.source))
    }
    let options = WriteOptions(mode: source.attributes.mode)
    let target = try await piece { () throws(StepFailure) in try begin(words, options) }
    do throws(StepFailure) {
      let inflating = try await piece { () throws(StepFailure) in
        Lock(try Inflating(request, library, in: self, source, target))
      }
      while !(try await piece({ () throws(StepFailure) in
        try inflating.withLock { (inflating) throws(StepFailure) in try inflating.advance() }
      })) {}
      _ = try await piece { () throws(StepFailure) in try commit(target, words, options) }
      return inflating.withLock { $0.report }
    } catch {
      await BlockingWork.files.run { target.discard() }
      throw error
    }
  }

  private func heedingCancel(
    _ flag: Lock<Bool>, _ body: () async throws(StepFailure) -> Void
  ) async throws(StepFailure) {
    let result = await withTaskCancellationHandler { () -> Result<Void, StepFailure> in
      do throws(StepFailure) { return .success(try await body()) } catch { return .failure(error) }
    } onCancel: {
      flag.withLock { $0 = true }
    }
    try result.get()
  }
}

extension LibArchive.Format {
  /// The driver's word for a format of steps: both are named by the ends of file names.
  init(_ format: ArchiveFormat) {
    switch format {
    case .tar: self = .tar
    case .tarGzip: self = .tarGzip
    case .tarBzip2: self = .tarBzip2
    case .tarXZ: self = .tarXZ
    case .tarZstandard: self = .tarZstandard
    case .zip: self = .zip
    case .gzip: self = .gzip
    case .sevenZip: self = .sevenZip
    }
  }
}
