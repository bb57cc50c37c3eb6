import Glibc
import Posix

/// Removes a directory with everything in it, without ever following a link out of it.
package enum TreeRemoval {
  /// Removes `path`, a file or a whole tree. True if nothing of it is left. Blocks.
  ///
  /// Directories that a job made unreadable are opened up first; deep trees cost descriptors only by their
  /// depth.
  @discardableResult
  package static func remove(_ path: String) -> Bool {
    if unlink(path) == 0 || errno == ENOENT { return true }
    guard empty(path, in: AT_FDCWD, depth: 0) else { return false }
    return rmdir(path) == 0 || errno == ENOENT
  }

  /// Deeper than any build goes, and far from the limit of descriptors.
  private static let greatestDepth = 500

  private static func empty(_ name: String, in parent: CInt, depth: Int) -> Bool {
    guard depth < greatestDepth, let number = open(name, in: parent) else { return false }
    guard let directory = fdopendir(number) else {
      close(number)
      return false
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    var isEmpty = true
    for name in names where unlinkat(number, name, 0) != 0 && errno != ENOENT {
      let isGone = empty(name, in: number, depth: depth + 1) && unlinkat(number, name, AT_REMOVEDIR) == 0
      isEmpty = isEmpty && isGone
    }
    return isEmpty
  }

  private static func open(_ name: String, in parent: CInt) -> CInt? {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    var number = openat(parent, name, flags)
    if number < 0, errno == EACCES, fchmodat(parent, name, 0o700, 0) == 0 {
      number = openat(parent, name, flags)
    }
    guard number >= 0 else { return nil }
    // Without write permission on a directory nothing in it can be unlinked.
    fchmod(number, 0o700)
    return number
  }
}
