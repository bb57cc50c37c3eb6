/// Finds bytes in bytes.
enum ByteSearch {
  /// Where `needle` first begins in `bytes` at or after `start`; nil where it does not.
  ///
  /// - Parameter foldsCase: treats ASCII letters of both cases alike; `needle` is in lower case then.
  static func firstIndex(
    of needle: [UInt8], in bytes: [UInt8], from start: Int = 0, foldsCase: Bool = false
  ) -> Int? {
    guard let first = needle.first else { return start }
    guard bytes.count - start >= needle.count else { return nil }
    return bytes.withUnsafeBufferPointer { bytes in
      needle.withUnsafeBufferPointer { needle in
        var index = start
        let last = bytes.count - needle.count
        while index <= last {
          if fold(bytes[index], foldsCase) == first {
            var length = 1
            while length < needle.count, fold(bytes[index + length], foldsCase) == needle[length] {
              length += 1
            }
            if length == needle.count { return index }
          }
          index += 1
        }
        return nil
      }
    }
  }

  @inline(__always)
  private static func fold(_ byte: UInt8, _ folds: Bool) -> UInt8 {
    folds && byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
  }
}
