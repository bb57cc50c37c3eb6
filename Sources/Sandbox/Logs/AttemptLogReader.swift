import Glibc
package import MissionModel
package import Posix

/// The log of one attempt as it is read, also while it is being written. Blocks as file reads do.
package struct AttemptLogReader: Sendable {
  private let name: AttemptLogName

  /// Reads the log `name`; one that was never written reads as empty.
  package init(_ name: AttemptLogName) { self.name = name }

  /// How the log stands now: its streams and sizes.
  package func map() throws(Errno) -> StreamMap {
    var status = stat()
    guard stat(name.file, &status) == 0 else {
      if errno == ENOENT { return StreamMap(records: [], size: 0) }
      throw Errno(errno, "look at", name.file)
    }
    let size = Int64(status.st_size)
    guard access(name.streams, F_OK) == 0 else { return StreamMap(records: [], size: size) }
    let records = try FileDescriptor.open(name.streams, O_RDONLY | O_CLOEXEC).readAll(limit: 1 << 30)
    return StreamMap(records: records, size: size)
  }

  /// Opens the log itself, for serving its bytes; nil if nothing was written.
  package func open() throws(Errno) -> FileDescriptor? {
    do throws(Errno) {
      return try FileDescriptor.open(name.file, O_RDONLY | O_CLOEXEC)
    } catch  where error.code == ENOENT {
      return nil
    }
  }

  /// Reads up to `count` bytes of one stream, or of both, from `offset` on.
  package func read(_ stream: StepLog.Stream?, from offset: Int64, count: Int) throws(Errno) -> [UInt8] {
    let map = try map()
    guard let file = try open() else { return [] }
    var result: [UInt8] = []
    for part in map.parts(of: offset..<offset + Int64(count), stream: stream) {
      var piece = [UInt8](repeating: 0, count: part.count)
      var filled = 0
      while filled < piece.count {
        let got = piece.withUnsafeMutableBytes { buffer in
          pread(
            file.rawValue, buffer.baseAddress! + filled, buffer.count - filled,
            off_t(part.lowerBound) + off_t(filled))
        }
        if got < 0, errno == EINTR { continue }
        guard got >= 0 else { throw Errno(errno, "read", name.file) }
        if got == 0 { break }
        filled += got
      }
      result += piece[..<filled]
    }
    return result
  }
}
