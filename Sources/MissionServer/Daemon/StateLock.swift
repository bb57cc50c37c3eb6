import Glibc
import Posix

/// Keeps a second daemon away from a state directory for as long as it lives.
///
/// The lock is the kernel's (`flock(2)`), so a daemon that was killed leaves none behind.
final class StateLock: Sendable {
  private let file: FileDescriptor

  /// How long the lock of a daemon that is dead is waited for.
  private static let patience = Duration.seconds(5)

  /// Takes the lock at `path`, or says who has it.
  ///
  /// A daemon may be killed while it starts a child: until that one has become its program, an instant later,
  /// it holds all that the daemon had open. Where the holder is dead the lock is therefore waited for.
  /// - Parameter pause: is called between two tries.
  init(
    _ path: String, directory: String, pause: () -> Void = { usleep(5000) }
  ) throws(StartError) {
    do throws(Errno) {
      let file = try FileDescriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
      let deadline = BootTime.now.advanced(by: Self.patience)
      while try !Self.take(file) {
        let holder = Self.holder(of: file)
        guard holder.map(Self.isDead) == true, BootTime.now < deadline else {
          throw Errno(EWOULDBLOCK, holder.map { " (process \($0))" } ?? "")
        }
        pause()
      }
      let number = file.rawValue
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

  /// False where another process has it.
  private static func take(_ file: borrowing FileDescriptor) throws(Errno) -> Bool {
    let number = file.rawValue
    do throws(Errno) {
      _ = try check("lock", "the state directory") { flock(number, LOCK_EX | LOCK_NB) }
      return true
    } catch {
      guard error.code == EWOULDBLOCK else { throw error }
      return false
    }
  }

  /// Whether nothing of a process runs any more, be it that nobody has waited for its end yet.
  private static func isDead(_ pid: Int32) -> Bool {
    kill(pid, 0) != 0 && errno == ESRCH || ProcessSnapshot.entry(of: pid)?.isZombie == true
  }

  /// The process that wrote its number there.
  private static func holder(of file: borrowing FileDescriptor) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = pread(file.rawValue, &bytes, bytes.count, 0)
    return Int32(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).filter(\.isNumber))
  }
}
