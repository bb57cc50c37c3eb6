import Glibc

/// An open file descriptor. It cannot be copied, so it cannot be closed twice.
package struct FileDescriptor: ~Copyable, Sendable {
  /// The number, for calls that `Posix` does not wrap; never close it.
  package let rawValue: CInt

  /// Takes over a descriptor that nobody else will close.
  package init(owning rawValue: CInt) {
    precondition(rawValue >= 0, "a descriptor is never negative")
    self.rawValue = rawValue
  }

  deinit { _ = Glibc.close(rawValue) }

  /// Opens a path, close-on-exec. The corresponding call is `openat(2)`.
  ///
  /// - Parameter directory: where a relative path starts; nil for the working directory.
  package static func open(
    _ path: String, _ flags: CInt, mode: UInt32 = 0o600, in directory: CInt? = nil
  ) throws(Errno) -> FileDescriptor {
    let number = try check("open", path) {
      openat(directory ?? AT_FDCWD, path, flags | O_CLOEXEC, mode)
    }
    return FileDescriptor(owning: number)
  }

  /// Opens `/dev/null` in the place of standard input, output and error that are closed, so that no socket
  /// and no database gets such a number and what is written there.
  ///
  /// To be called before anything else is opened. Input is at its end then, output fails, errors are dropped.
  package static func fillStandardStreams() {
    for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 {
      // The lowest free number is this one.
      _ = Glibc.open("/dev/null", number == STDERR_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Closes now and reports the failure that `deinit` has to swallow. The corresponding call is `close(2)`.
  ///
  /// Not tried again after `EINTR`: on Linux the number is free by then and may be somebody else's.
  package consuming func close() throws(Errno) {
    let rawValue = self.rawValue
    discard self
    if injectedFault("close") {
      let code = errno
      _ = Glibc.close(rawValue)
      throw Errno(code, "close")
    }
    if Glibc.close(rawValue) != 0, errno != EINTR { throw Errno(errno, "close") }
  }

  /// Gives the number away: the caller closes it.
  package consuming func release() -> CInt {
    let rawValue = self.rawValue
    discard self
    return rawValue
  }

  /// A second descriptor of the same open file, close-on-exec. The corresponding call is `fcntl(2)`.
  package borrowing func duplicate() throws(Errno) -> FileDescriptor {
    let rawValue = self.rawValue
    return FileDescriptor(owning: try check("duplicate") { fcntl(rawValue, F_DUPFD_CLOEXEC, 3) })
  }

  /// Reads up to the buffer's size: 0 at the end, nil where it would have to wait. See `read(2)`.
  package borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int? {
    let rawValue = self.rawValue
    return try checkReady("read") { Glibc.read(rawValue, buffer.baseAddress, buffer.count) }
  }

  /// Writes what goes in at once: the bytes taken, nil where it would have to wait. See `write(2)`.
  package borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int? {
    let rawValue = self.rawValue
    return try checkReady("write") { Glibc.write(rawValue, bytes.baseAddress, bytes.count) }
  }

  /// Writes all bytes to a descriptor that blocks.
  package borrowing func writeAll(_ bytes: UnsafeRawBufferPointer) throws(Errno) {
    let rawValue = self.rawValue
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest)
      let count = try check("write") { Glibc.write(rawValue, piece.baseAddress, piece.count) }
      rest = rest.dropFirst(count)
    }
  }

  /// Reads to the end from a descriptor that blocks, or up to `limit` bytes.
  package borrowing func readAll(limit: Int) throws(Errno) -> [UInt8] {
    let rawValue = self.rawValue
    // A file says how long it is, so that its bytes need not move while they become more. Those of /proc say
    // 0, and any may still change: the end is where nothing more comes.
    var status = stat()
    let isFile = fstat(rawValue, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    var wanted = max(Self.pieceBytes, isFile ? min(Int(status.st_size), Self.mostBytesAtOnce - 1) + 1 : 0)
    var bytes: [UInt8] = []
    while bytes.count < limit {
      wanted = min(wanted, limit - bytes.count)
      let piece = try Self.readPiece(rawValue, wanted)
      if piece.isEmpty { break }
      if bytes.isEmpty { bytes = piece } else { bytes += piece }
      wanted = Self.pieceBytes
    }
    return bytes
  }

  /// Bytes that are asked for where nobody knows how many there are.
  private static let pieceBytes = 16 * 1024
  /// What a file says of its length is believed up to here.
  private static let mostBytesAtOnce = 1 << 30

  private static func readPiece(_ number: CInt, _ count: Int) throws(Errno) -> [UInt8] {
    var failure: Errno?
    let piece = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(Errno) {
        filled = try check("read") { Glibc.read(number, buffer.baseAddress, count) }
      } catch { failure = error }
    }
    if let failure { throw failure }
    return piece
  }

  /// Makes reads and writes return at once. The corresponding call is `fcntl(2)`.
  package borrowing func setNonblocking() throws(Errno) {
    let rawValue = self.rawValue
    let flags = try check("set non-blocking") { fcntl(rawValue, F_GETFL) }
    _ = try check("set non-blocking") { fcntl(rawValue, F_SETFL, flags | O_NONBLOCK) }
  }
}
