import Glibc
import Posix

/// Keeps content that is too long for memory in a file without a name, gone when nobody has it open.
enum BodySpool {
  /// Appends `bytes` at `offset`, to a new file in `directory` where there is none yet. Blocks.
  static func append(
    _ bytes: [UInt8], to file: OpenFile?, at offset: Int, in directory: String
  ) throws(Errno) -> OpenFile {
    let file = if let file { file } else { try make(in: directory) }
    let number = file.descriptor.rawValue
    try bytes.withUnsafeBufferPointer { all throws(Errno) in
      var written = 0
      while written < all.count {
        let rest = UnsafeBufferPointer(rebasing: all[written...])
        written += try check("write", directory) {
          pwrite(number, rest.baseAddress, rest.count, off_t(offset + written))
        }
      }
    }
    return file
  }

  private static func make(in directory: String) throws(Errno) -> OpenFile {
    // O_TMPFILE would do it in one call, but not on every file system.
    let path = "\(directory)/body-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    let descriptor = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
    _ = try check("unlink", path) { unlink(path) }
    return OpenFile(descriptor)
  }
}
