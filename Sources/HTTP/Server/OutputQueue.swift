import Glibc
import Posix

/// What waits to be sent on one connection, in order: small pieces joined, big ones and files as they are.
struct OutputQueue {
  private enum Piece {
    case bytes([UInt8])
    case file(FilePiece)
  }

  /// Bytes from here on are sent from where they are instead of being copied together.
  private static let joinLimit = 16 * 1024
  /// One turn sends at most this much of a file, so that a fast reader of a big one leaves time to others.
  private static let fileTurn = 512 * 1024

  /// What goes first. Writers append to it while nothing else waits.
  private(set) var buffer: [UInt8] = []
  private var later: ArraySlice<Piece> = []
  /// How much of the first piece has gone out.
  private var position = 0
  /// How many bytes still have to go out.
  private(set) var count = 0

  /// True if all has gone out.
  var isEmpty: Bool { count == 0 }

  /// Lets `write` append bytes, such as the head of an answer, to the end.
  mutating func append(_ write: (inout [UInt8]) -> Void) {
    guard later.isEmpty else {
      var bytes: [UInt8] = []
      write(&bytes)
      count += bytes.count
      later.append(.bytes(bytes))
      return
    }
    let before = buffer.count
    write(&buffer)
    count += buffer.count - before
  }

  /// Appends bytes to the end.
  mutating func append(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    guard later.isEmpty, bytes.count < Self.joinLimit else {
      count += bytes.count
      later.append(.bytes(bytes))
      return
    }
    append { $0.append(contentsOf: bytes) }
  }

  /// Appends a piece of a file to the end.
  mutating func append(_ piece: FilePiece) {
    guard piece.count > 0 else { return }
    count += piece.count
    later.append(.file(piece))
  }

  /// Drops everything.
  mutating func removeAll() { self = OutputQueue() }

  /// Sends what the socket takes now, and returns how much that was.
  mutating func flush(to socket: borrowing Socket) throws(Errno) -> Int {
    var sent = 0
    while count > 0 {
      guard let taken = try sendFirst(to: socket, atMost: Self.fileTurn) else { break }
      sent += taken
      count -= taken
      position += taken
      dropFirstIfSent()
      if sent >= Self.fileTurn { break }
    }
    return sent
  }

  private mutating func sendFirst(to socket: borrowing Socket, atMost limit: Int) throws(Errno) -> Int? {
    if !buffer.isEmpty { return try send(buffer, to: socket) }
    guard let first = later.first else { preconditionFailure("bytes were counted that are not there") }
    switch first {
    case .bytes(let bytes):
      return try send(bytes, to: socket)
    case .file(let piece):
      let sent = try socket.send(
        file: piece.file.descriptor.rawValue, offset: Int64(piece.offset + position),
        count: min(piece.count - position, limit))
      // The file has become shorter than what was promised of it.
      if sent == 0 { throw Errno(EIO, "send file") }
      return sent
    }
  }

  private func send(_ bytes: [UInt8], to socket: borrowing Socket) throws(Errno) -> Int? {
    try bytes.withUnsafeBufferPointer { [position] all throws(Errno) in
      try socket.write(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: all[position...])))
    }
  }

  private mutating func dropFirstIfSent() {
    if !buffer.isEmpty {
      guard position == buffer.count else { return }
      // A connection that waits for its next request holds no more than a small buffer.
      buffer.removeAll(keepingCapacity: buffer.capacity <= 4096)
    } else {
      let length =
        switch later.first {
        case .bytes(let bytes): bytes.count
        case .file(let piece): piece.count
        case nil: 0
        }
      guard position == length else { return }
      later.removeFirst()
      if later.isEmpty { later = [] }
    }
    position = 0
  }
}
