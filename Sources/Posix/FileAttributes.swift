import Glibc

/// What the kernel knows of a file without opening it; see `stat(2)`.
package struct FileAttributes: Sendable, Equatable {
  /// The kinds that callers tell apart.
  package enum Kind: Sendable { case file, directory, link, other }

  /// Which file it is: two names with one identity lead to one file.
  package struct Identity: Sendable, Hashable {
    package let device: UInt64
    package let inode: UInt64
  }

  package let identity: Identity
  package let kind: Kind
  /// In bytes.
  package let size: Int64
  /// Permission bits, such as 0o644.
  package let mode: UInt32
  /// Names that the file has; 0 once the last one was removed.
  package let links: UInt64
  package let user: UInt32
  package let group: UInt32
  /// When its content last changed: milliseconds since 1970.
  package let modifiedMilliseconds: Int64
  /// Space taken on the disk, in bytes.
  package let allocatedBytes: Int64

  init(_ status: stat) {
    identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    kind =
      switch status.st_mode & 0o170000 {
      case 0o100000: .file
      case 0o040000: .directory
      case 0o120000: .link
      default: .other
      }
    size = Int64(status.st_size)
    mode = UInt32(status.st_mode & 0o7777)
    links = UInt64(status.st_nlink)
    user = UInt32(status.st_uid)
    group = UInt32(status.st_gid)
    modifiedMilliseconds = Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
    allocatedBytes = Int64(status.st_blocks) * 512
  }
}
