import CLinux
import Glibc

extension FileDescriptor {
  /// Opens a place without the right to read or write it: to judge it first, and then use what was judged.
  ///
  /// Never waits and runs no driver, whatever stands there. See `O_PATH` in `open(2)`.
  ///
  /// - Parameter follow: false opens a symbolic link at the end of the path itself.
  package static func openPath(
    _ path: UnsafePointer<CChar>, follow: Bool, in directory: CInt? = nil
  ) throws(Errno) -> FileDescriptor {
    let flags = linux_o_path | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW)
    return FileDescriptor(owning: try check("open") { openat(directory ?? AT_FDCWD, path, flags) })
  }

  /// Opens the same file again, with rights of its own: what an `O_PATH` descriptor was judged for.
  package borrowing func reopened(_ flags: CInt) throws(Errno) -> FileDescriptor {
    let rawValue = self.rawValue
    return FileDescriptor(
      owning: try check("open") { Glibc.open("/proc/self/fd/\(rawValue)", flags | O_CLOEXEC) })
  }

  /// Where the descriptor really leads, as bytes; what is no place in the file system begins without `/`.
  ///
  /// The corresponding call is `readlink(2)` on `/proc/self/fd/N`.
  package borrowing func realPath() throws(Errno) -> [UInt8] {
    try DirectoryHandle.readLink("/proc/self/fd/\(rawValue)", in: AT_FDCWD)
  }

  /// What it is. The corresponding call is `fstat(2)`.
  package borrowing func attributes() throws(Errno) -> FileAttributes {
    let rawValue = self.rawValue
    var status = stat()
    _ = try check("look at") { fstat(rawValue, &status) }
    return FileAttributes(status)
  }

  /// Reads from a place without moving the offset: 0 at the end. The corresponding call is `pread(2)`.
  package borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int64
  ) throws(Errno) -> Int {
    let rawValue = self.rawValue
    return try check("read") { pread(rawValue, buffer.baseAddress, buffer.count, off_t(offset)) }
  }

  /// Reads `count` bytes from a place, fewer only at the end of the file.
  package borrowing func read(_ count: Int, at offset: Int64) throws(Errno) -> [UInt8] {
    let rawValue = self.rawValue
    var failure: Errno?
    // Not filled with zeros first: most files are far shorter than the piece that is asked for.
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(Errno) {
        while filled < count {
          let start = filled
          let got = try check("read") {
            pread(
              rawValue, buffer.baseAddress.map { $0 + start }, count - start, off_t(offset) + off_t(start))
          }
          if got == 0 { break }
          filled += got
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Brings content and size to the disk. The corresponding call is `fsync(2)`.
  package borrowing func synchronize() throws(Errno) {
    let rawValue = self.rawValue
    _ = try check("sync") { fsync(rawValue) }
  }

  /// Brings everything on the same file system to the disk. The corresponding call is `syncfs(2)`.
  package borrowing func synchronizeFileSystem() throws(Errno) {
    let rawValue = self.rawValue
    _ = try check("sync") { linux_syncfs(rawValue) }
  }

  /// Sets the permission bits. The corresponding call is `fchmod(2)`.
  package borrowing func setMode(_ mode: UInt32) throws(Errno) {
    let rawValue = self.rawValue
    _ = try check("set the mode of") { fchmod(rawValue, mode) }
  }

  /// Gives the file to a user and a group. The corresponding call is `fchown(2)`.
  package borrowing func setOwner(user: UInt32, group: UInt32) throws(Errno) {
    let rawValue = self.rawValue
    _ = try check("change the owner of") { fchown(rawValue, user, group) }
  }

  /// Lets the kernel copy up to `count` bytes between two files' offsets; 0 at the end, nil where these two
  /// files cannot be copied in the kernel. The corresponding call is `copy_file_range(2)`.
  package borrowing func copyRange(to target: borrowing FileDescriptor, count: Int) throws(Errno) -> Int? {
    let (from, to) = (rawValue, target.rawValue)
    do {
      return Int(try check("copy") { linux_copy_file_range(from, to, count) })
    } catch {
      switch error.code {
      case EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EBADF: return nil
      default: throw error
      }
    }
  }

  /// Drops what the kernel holds of the file in memory, so that the next read comes from the disk.
  package borrowing func forgetCached() {
    _ = posix_fadvise(rawValue, 0, 0, POSIX_FADV_DONTNEED)
  }
}
