import CLinux
import Glibc

/// A folder held open: what is done to names in it happens in this folder, wherever its path leads by then.
///
/// Names are one component, given as bytes, since a name need not be UTF-8.
package final class DirectoryHandle: Sendable {
  package let descriptor: FileDescriptor

  /// Takes over a descriptor of a folder, `O_PATH` or readable.
  package init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

  private var number: CInt { descriptor.rawValue }

  /// Opens a folder in this one; a symbolic link is refused with `ENOTDIR`.
  package func openDirectory(_ name: [CChar]) throws(Errno) -> DirectoryHandle {
    let number = number
    let child = try check("open") {
      openat(number, name, linux_o_path | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }
    return DirectoryHandle(FileDescriptor(owning: child))
  }

  /// Opens a file in this folder; a symbolic link is refused with `ELOOP`.
  package func openFile(
    _ name: [CChar], _ flags: CInt, mode: UInt32 = 0o600
  ) throws(Errno) -> FileDescriptor {
    let number = number
    return FileDescriptor(
      owning: try check("open") { openat(number, name, flags | O_NOFOLLOW | O_CLOEXEC, mode) })
  }

  /// What a name stands for; nil where nothing has it. A symbolic link is not followed.
  package func attributes(of name: [CChar]) throws(Errno) -> FileAttributes? {
    let number = number
    var status = stat()
    do throws(Errno) {
      _ = try check("look at") { fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) }
    } catch {
      if error.code == ENOENT { return nil }
      throw error
    }
    return FileAttributes(status)
  }

  /// The names in the folder without `.` and `..`, in the kernel's order. See `readdir(3)`.
  package func names() throws(Errno) -> [[CChar]] {
    let number = number
    let own = try check("open") { openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard let stream = fdopendir(own) else {
      let code = errno
      close(own)
      throw Errno(code, "list")
    }
    defer { closedir(stream) }
    var names: [[CChar]] = []
    while true {
      if injectedFault("list") { throw Errno(errno, "list") }
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw Errno(errno, "list") }
        return names
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { text in
          Array(UnsafeBufferPointer(start: text, count: strlen(text) + 1))
        }
      }
      if name != [46, 0], name != [46, 46, 0] { names.append(name) }
    }
  }

  /// Makes a folder; true if it was made, false if something has the name already. See `mkdirat(2)`.
  package func makeDirectory(_ name: [CChar], mode: UInt32 = 0o777) throws(Errno) -> Bool {
    let number = number
    do throws(Errno) {
      _ = try check("make") { mkdirat(number, name, mode) }
      return true
    } catch {
      if error.code == EEXIST { return false }
      throw error
    }
  }

  /// Removes a name: a folder, which must be empty, or anything else. See `unlinkat(2)`.
  package func remove(_ name: [CChar], isDirectory: Bool = false) throws(Errno) {
    let number = number
    _ = try check("remove") { unlinkat(number, name, isDirectory ? AT_REMOVEDIR : 0) }
  }

  /// Gives a file another name, here or in another folder of the file system. See `renameat2(2)`.
  ///
  /// - Parameter replace: false fails with `EEXIST` where the new name is taken.
  package func rename(
    _ name: [CChar], to newName: [CChar], in target: DirectoryHandle, replace: Bool
  ) throws(Errno) {
    let (from, to) = (number, target.number)
    let flags = replace ? 0 : linux_rename_noreplace
    _ = try check("rename") { linux_renameat2(from, name, to, newName, flags) }
  }

  /// Where a symbolic link of the folder points. See `readlinkat(2)`.
  package func linkTarget(_ name: [CChar]) throws(Errno) -> [UInt8] {
    try Self.readLink(name, in: number)
  }

  /// Makes a symbolic link. See `symlinkat(2)`.
  package func makeLink(_ name: [CChar], to target: [UInt8]) throws(Errno) {
    let number = number
    let text = target.map(CChar.init(bitPattern:)) + [0]
    _ = try check("link") { symlinkat(text, number, name) }
  }

  /// Brings the folder's names to the disk. See `fsync(2)`.
  package func synchronize() throws(Errno) {
    let number = number
    let own = FileDescriptor(
      owning: try check("sync") { openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
    do throws(Errno) { try own.synchronize() } catch {
      // Some file systems cannot sync a folder; there is nothing more to do on those.
      if error.code != EINVAL { throw error }
    }
  }

  static func readLink(_ path: UnsafePointer<CChar>, in directory: CInt) throws(Errno) -> [UInt8] {
    var capacity = 256
    while true {
      var buffer = [UInt8](repeating: 0, count: capacity)
      let count = try check("read link") { readlinkat(directory, path, &buffer, capacity) }
      // A text that fills the buffer may have been cut.
      if count < capacity { return Array(buffer[..<count]) }
      capacity *= 4
    }
  }
}
