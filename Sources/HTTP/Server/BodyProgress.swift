/// How far the content of one request has arrived, and where its bytes are.
struct BodyProgress {
  private let framing: BodyFraming
  private let bodyLimit: Int
  private let memoryLimit: Int
  private let since: ConnectionMachine.Instant
  private var decoder: ChunkedDecoder
  private var awaitsContinue: Bool
  /// Bytes that have arrived, coding taken off.
  private var arrived = 0
  /// Bytes that are not in the file.
  private(set) var buffer: [UInt8] = []
  /// Bytes that were handed out for the file.
  private(set) var inFile = 0
  /// True while the owner writes to the file; nothing more is read meanwhile.
  private(set) var isSpooling = false

  init(_ head: RequestHead, bodyLimit: Int, limits: ServerLimits, since: ConnectionMachine.Instant) {
    framing = head.framing
    self.bodyLimit = bodyLimit
    memoryLimit = limits.memoryBodyBytes
    self.since = since
    awaitsContinue = head.expectsContinue && head.framing != .none
    decoder = ChunkedDecoder(lineLimit: limits.chunkLineBytes, overheadLimit: limits.chunkOverheadBytes)
    if case .length(let length) = head.framing, length <= bodyLimit {
      buffer.reserveCapacity(min(length, memoryLimit, Self.firstReservation))
    }
  }

  /// A length that a client only announced buys no more memory than this.
  private static let firstReservation = 64 * 1024

  /// True once all of the content has arrived.
  var isComplete: Bool {
    switch framing {
    case .none: true
    case .length(let length): arrived == length
    case .chunked: decoder.isFinished
    }
  }

  /// Time for the content grows with what has arrived of it.
  func deadline(_ limits: ServerLimits) -> ConnectionMachine.Instant {
    since + limits.bodyDuration + limits.bodyDurationPer64KiB * (arrived / (64 * 1024))
  }

  /// Takes what it can of `bytes`, and returns how many those are.
  mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) throws(Refusal) -> Int {
    if !bytes.isEmpty { awaitsContinue = false }
    let room = max(0, memoryLimit - buffer.count)
    let before = buffer.count
    let used: Int
    switch framing {
    case .none:
      return 0
    case .length(let length):
      if length > bodyLimit { throw tooLarge }
      used = min(length - arrived, bytes.count, room)
      buffer.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[..<used]))
    case .chunked:
      used = try decoder.decode(bytes, into: &buffer, room: room)
    }
    arrived += buffer.count - before
    if arrived > bodyLimit { throw tooLarge }
    return used
  }

  /// The bytes to write to the file next, once memory is full and the content goes on; nil otherwise.
  mutating func pieceToSpool() -> [UInt8]? {
    guard buffer.count >= memoryLimit, !isComplete else { return nil }
    let piece = buffer
    buffer = []
    inFile += piece.count
    isSpooling = true
    return piece
  }

  /// The piece is in the file.
  mutating func spooled() { isSpooling = false }

  /// True once, if the client waits to be told to send the content (RFC 9110 §10.1.1).
  mutating func owesContinue(inputIsEmpty: Bool) -> Bool {
    guard awaitsContinue, inputIsEmpty else { return false }
    awaitsContinue = false
    return true
  }

  private var tooLarge: Refusal { Refusal(413, "the content is over \(bodyLimit) bytes") }
}
