import Glibc

/// Files with holes: parts that take no space and read as zeros.
extension FileDescriptor {
  /// Writes all bytes at a place without moving the offset. The corresponding call is `pwrite(2)`.
  package borrowing func writeAll(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(Errno) {
    let rawValue = self.rawValue
    var written = 0
    while written < bytes.count {
      let start = written
      written += try check("write") {
        pwrite(rawValue, bytes.baseAddress.map { $0 + start }, bytes.count - start, off_t(offset) + start)
      }
    }
  }

  /// Makes the file this long; what is added is a hole. The corresponding call is `ftruncate(2)`.
  package borrowing func setSize(_ size: Int64) throws(Errno) {
    let rawValue = self.rawValue
    _ = try check("resize") { ftruncate(rawValue, off_t(size)) }
  }

  /// Says when the content last changed, in milliseconds since 1970. The corresponding call is `futimens(2)`.
  package borrowing func setModified(milliseconds: Int64) throws(Errno) {
    let rawValue = self.rawValue
    let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    let time = timespec(tv_sec: time_t(seconds), tv_nsec: Int(milliseconds - seconds * 1000) * 1_000_000)
    let times = [time, time]
    _ = try check("set the time of") { futimens(rawValue, times) }
  }

  /// The parts of the first `size` bytes that are no holes, in order; nil where there are no holes, the file
  /// system knows none, or there are more than `limit` parts. Moves the offset. See `lseek(2)`.
  package borrowing func dataParts(size: Int64, limit: Int) -> [Range<Int64>]? {
    let (seekData, seekHole): (CInt, CInt) = (3, 4)
    var parts: [Range<Int64>] = []
    var place: Int64 = 0
    while place < size {
      let start = Int64(lseek(rawValue, off_t(place), seekData))
      // No more data: the rest is a hole.
      if start < 0, errno == ENXIO { break }
      guard start >= place, parts.count < limit else { return nil }
      let end = min(Int64(lseek(rawValue, off_t(start), seekHole)), size)
      guard end > start || start >= size else { return nil }
      if start < size { parts.append(start..<end) }
      place = max(end, start)
    }
    return parts == [0..<size] || size == 0 ? nil : parts
  }
}

extension DirectoryHandle {
  /// Gives what has a name in another folder a second name here; a link itself, not what it leads to. See
  /// `linkat(2)`.
  package func makeHardLink(
    _ name: [CChar], to other: [CChar], in folder: DirectoryHandle
  ) throws(Errno) {
    let (from, to) = (folder.descriptor.rawValue, descriptor.rawValue)
    _ = try check("link") { linkat(from, other, to, name, 0) }
  }
}
