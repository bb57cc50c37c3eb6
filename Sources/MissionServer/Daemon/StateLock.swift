import Glibc
import Posix

/// Keeps a second daemon away from a state directory for as long as it lives.
///
/// The lock is the kernel's (`flock(2)`), so a daemon that was killed leaves none behind.
final class StateLock: Sendable {
  private let file: FileDescriptor

  /// Takes the lock at `path`, or says who has it.
  init(_ path: String, directory: String) throws(StartError) {
    do throws(Errno) {
      let file = try FileDescriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
      let number = file.rawValue
      do throws(Errno) {
        _ = try check("lock", path) { flock(number, LOCK_EX | LOCK_NB) }
      } catch  where error.code == EWOULDBLOCK {
        throw Errno(EWOULDBLOCK, Self.holder(of: file))
      }
      _ = try check("write", path) { ftruncate(number, 0) }
      try Array("\(getpid())\n".utf8).withUnsafeBufferPointer { (bytes) throws(Errno) in
        try file.writeAll(UnsafeRawBufferPointer(bytes))
      }
      self.file = file
    } catch {
      guard error.code == EWOULDBLOCK else { throw StartError("lock the state directory: \(error)") }
      throw StartError(
        "the state directory \(directory) is in use by missiond\(error.operation); "
          + "stop that one, or choose another directory with --state-dir")
    }
  }

  private static func holder(of file: borrowing FileDescriptor) -> String {
    guard let bytes = try? file.readAll(limit: 20), !bytes.isEmpty else { return "" }
    let text = String(decoding: bytes, as: UTF8.self).filter(\.isNumber)
    return text.isEmpty ? "" : " (process \(text))"
  }
}
