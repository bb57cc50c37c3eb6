/// Masks a stream piece by piece: a secret that is cut by the end of a piece is found all the same.
///
/// It keeps back only bytes that may be the beginning of a secret, so that a line is shown when it comes.
package struct MaskingStream: Sendable {
  private let masker: Masker
  /// Bytes that came and may yet turn out to be part of a secret.
  private var kept: [UInt8] = []
  /// How many of `kept`, from the first on, belong to a mask that has been given out already.
  private var masked = 0

  /// Begins a stream.
  package init(_ masker: Masker) { self.masker = masker }

  /// Takes a piece and gives what can be said of the stream so far.
  package mutating func take(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    guard !masker.isEmpty else { return Array(bytes) }
    if kept.isEmpty { return scan(bytes, isLast: false) }
    let joined = kept + bytes
    return joined.withUnsafeBytes { scan($0, isLast: false) }
  }

  /// Takes a piece and gives what can be said of the stream so far.
  package mutating func take(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { take($0) } }

  /// Gives what was kept back, when the stream is over.
  package mutating func finish() -> [UInt8] {
    let rest = kept
    return rest.withUnsafeBytes { scan($0, isLast: true) }
  }

  /// Goes through `bytes`, whose first `masked` ones are under a mask.
  private mutating func scan(_ bytes: UnsafeRawBufferPointer, isLast: Bool) -> [UInt8] {
    var cover = Cover(end: masked)
    let keptFrom = isLast ? bytes.count : firstOpenPlace(in: bytes)
    let end = min(keptFrom, bytes.count - 3)
    masker.withFilter { mayBegin in
      var place = 0
      while place < end {
        if mayBegin(bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)) {
          let length = masker.formLength(at: UnsafeRawBufferPointer(rebasing: bytes[place...]))
          if length > 0 { cover.add(place..<place + length, of: bytes) }
        }
        place += 1
      }
    }
    cover.copy(upTo: keptFrom, of: bytes)
    kept = Array(bytes[keptFrom...])
    masked = max(0, cover.end - keptFrom)
    return cover.output
  }

  /// The first place from which all the rest may be the beginning of a secret.
  private func firstOpenPlace(in bytes: UnsafeRawBufferPointer) -> Int {
    for place in max(0, bytes.count - masker.longest + 1)..<bytes.count
    where masker.mayGoOn(UnsafeRawBufferPointer(rebasing: bytes[place...])) {
      return place
    }
    return bytes.count
  }

  /// What has been given out, and how far the last mask reaches.
  private struct Cover {
    var output: [UInt8] = []
    /// Where the last mask ends.
    var end: Int
    /// How far the input has been copied or masked.
    var copied: Int

    init(end: Int) {
      self.end = end
      copied = end
    }

    /// Puts a mask over `range`, or widens the last one if they overlap.
    mutating func add(_ range: Range<Int>, of bytes: UnsafeRawBufferPointer) {
      if range.lowerBound >= end {
        copy(upTo: range.lowerBound, of: bytes)
        output += Masker.mask.utf8
      }
      end = max(end, range.upperBound)
      copied = end
    }

    /// Copies what no mask covers.
    mutating func copy(upTo place: Int, of bytes: UnsafeRawBufferPointer) {
      guard place > copied else { return }
      output.append(contentsOf: bytes[copied..<place])
      copied = place
    }
  }
}
