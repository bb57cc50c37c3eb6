import CLinux

/// Bytes that nobody can guess.
package enum Random {
  /// Fills the buffer. The corresponding call is `getrandom(2)`, which does not fail once the system is up.
  package static func fill(_ buffer: UnsafeMutableRawBufferPointer) {
    var rest = buffer[...]
    while !rest.isEmpty {
      let piece = UnsafeMutableRawBufferPointer(rebasing: rest)
      let count = linux_getrandom(piece.baseAddress, piece.count)
      if count > 0 { rest = rest.dropFirst(Int(count)) }
    }
  }

  /// As many bytes as asked for.
  package static func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      fill(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
      initialized = count
    }
  }
}
