/// Takes the chunked coding off a body, over as many reads as it takes (RFC 9112 §7.1).
///
/// Extensions and trailer fields are checked for what they are made of and dropped.
struct ChunkedDecoder {
  private enum Stage: Equatable {
    case size, data(remaining: Int), dataEnd, trailers, finished
  }

  private let lineLimit: Int
  private var overheadLeft: Int
  private var stage: Stage = .size
  /// The size or trailer line that has begun and not ended.
  private var line: [UInt8] = []

  /// `lineLimit`: bytes of one size or trailer line; `overheadLimit`: of all extensions and trailers.
  init(lineLimit: Int, overheadLimit: Int) {
    self.lineLimit = lineLimit
    overheadLeft = overheadLimit
  }

  /// True once the last chunk and its trailers were seen.
  var isFinished: Bool { stage == .finished }

  /// Appends the data in `bytes` to `output`, at most `room` bytes of it, and returns how many bytes were
  /// used.
  mutating func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, into output: inout [UInt8], room: Int
  ) throws(Refusal) -> Int {
    var used = 0
    var room = room
    while used < bytes.count {
      switch stage {
      case .data(let remaining):
        let count = min(remaining, bytes.count - used, room)
        guard count > 0 else { return used }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[used..<(used + count)]))
        used += count
        room -= count
        stage = remaining == count ? .dataEnd : .data(remaining: remaining - count)
      case .size, .dataEnd, .trailers:
        used += try takeLine(bytes, from: used)
      case .finished:
        return used
      }
    }
    return used
  }

  /// Takes bytes up to the end of the line, and acts on the line if its end was there.
  private mutating func takeLine(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) throws(Refusal) -> Int {
    var index = start
    while index < bytes.count, bytes[index] != .lineFeed { index += 1 }
    let isComplete = index < bytes.count
    guard line.count + index - start <= lineLimit else {
      throw Refusal(400, "a chunk size or trailer line is over \(lineLimit) bytes")
    }
    line.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
    guard isComplete else { return index - start }
    guard line.popLast() == .carriageReturn else {
      throw Refusal(400, "a line of the chunked body ends in a bare line feed")
    }
    for byte in line where !byte.isFieldContent {
      throw Refusal(400, "a line of the chunked body has a control character in it")
    }
    try endLine()
    line.removeAll(keepingCapacity: true)
    return index + 1 - start
  }

  private mutating func endLine() throws(Refusal) {
    switch stage {
    case .size:
      let size = try chunkSize()
      stage = size == 0 ? .trailers : .data(remaining: size)
    case .dataEnd:
      guard line.isEmpty else { throw Refusal(400, "a chunk is longer than its size") }
      stage = .size
    case .trailers:
      try spendOverhead(line.count)
      if line.isEmpty { stage = .finished } else { try checkTrailer() }
    case .data, .finished: preconditionFailure("a line was taken where there is none")
    }
  }

  private mutating func chunkSize() throws(Refusal) -> Int {
    let digits = line.prefix { $0.hexValue != nil }
    let rest = line.dropFirst(digits.count)
    guard (1...15).contains(digits.count), rest.first ?? UInt8(ascii: ";") == UInt8(ascii: ";") else {
      throw Refusal(400, "a chunk size is not a hexadecimal number")
    }
    try spendOverhead(rest.count)
    return digits.reduce(0) { $0 << 4 | ($1.hexValue ?? 0) }
  }

  private func checkTrailer() throws(Refusal) {
    guard let colon = line.firstIndex(of: .colon), colon > 0, line[..<colon].allSatisfy(\.isToken) else {
      throw Refusal(400, "a trailer field has no name, or something but a colon follows its name")
    }
  }

  private mutating func spendOverhead(_ count: Int) throws(Refusal) {
    overheadLeft -= count
    if overheadLeft < 0 { throw Refusal(400, "the chunk extensions and trailers are too long") }
  }
}
