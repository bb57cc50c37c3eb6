/// Masks a stream piece by piece: a secret that is cut by the end of a piece is found all the same.
///
/// It keeps back only bytes that may be the beginning of a secret, so that a line is shown when it comes.
package struct MaskingStream: Sendable {
  private var masker: Masker
  /// Bytes that came and may yet turn out to be part of a secret.
  private var kept: [UInt8] = []
  /// How many of `kept`, from the first on, belong to a mask that has been given out already.
  private var masked = 0

  /// Begins a stream.
  package init(_ masker: Masker) { self.masker = masker }

  /// Masks what comes from now on, and what is kept back, by another masker.
  package mutating func adopt(_ masker: Masker) { self.masker = masker }

  /// Takes a piece and gives what can be said of the stream so far.
  package mutating func take(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    guard let table = masker.table else { return Array(bytes) }
    var output: [UInt8] = []
    output.reserveCapacity(kept.count + bytes.count)
    if kept.isEmpty {
      scan(bytes, upTo: firstOpenPlace(in: bytes, table), table, into: &output)
    } else if bytes.count <= table.longest {
      let joined = kept + bytes
      joined.withUnsafeBytes { scan($0, upTo: firstOpenPlace(in: $0, table), table, into: &output) }
    } else {
      // What was kept needs to see no more than a form's length of what came: a big piece is not copied.
      let (end, joined) = (kept.count, kept + bytes[..<table.longest])
      joined.withUnsafeBytes { scan($0, upTo: end, table, into: &output) }
      scan(bytes, upTo: firstOpenPlace(in: bytes, table), table, into: &output)
    }
    return output
  }

  /// Takes a piece and gives what can be said of the stream so far.
  package mutating func take(_ bytes: [UInt8]) -> [UInt8] {
    masker.isEmpty ? bytes : bytes.withUnsafeBytes { take($0) }
  }

  /// Gives what was kept back, when the stream is over.
  package mutating func finish() -> [UInt8] {
    guard let table = masker.table else { return [] }
    let rest = kept
    var output: [UInt8] = []
    rest.withUnsafeBytes { scan($0, upTo: $0.count, table, into: &output) }
    return output
  }

  /// Gives out `bytes`, whose first `masked` ones are under a mask, up to a place, and keeps the others.
  private mutating func scan(
    _ bytes: UnsafeRawBufferPointer, upTo end: Int, _ table: FormTable, into output: inout [UInt8]
  ) {
    var cover = Cover(end: masked)
    table.search(bytes, before: end) { cover.add($0, of: bytes, into: &output) }
    cover.copy(upTo: end, of: bytes, into: &output)
    kept = Array(bytes[end...])
    masked = max(0, cover.end - end)
  }

  /// The first place from which all the rest may be the beginning of a secret.
  private func firstOpenPlace(in bytes: UnsafeRawBufferPointer, _ table: FormTable) -> Int {
    for place in max(0, bytes.count - table.longest + 1)..<bytes.count
    where table.mayGoOn(UnsafeRawBufferPointer(rebasing: bytes[place...])) {
      return place
    }
    return bytes.count
  }

  /// How far a piece has been given out, and how far its last mask reaches.
  private struct Cover {
    /// Where the last mask ends.
    var end: Int
    /// How far the input has been copied or masked.
    var copied: Int

    init(end: Int) {
      self.end = end
      copied = end
    }

    /// Puts a mask over `range`, or widens the last one if they overlap.
    mutating func add(_ range: Range<Int>, of bytes: UnsafeRawBufferPointer, into output: inout [UInt8]) {
      if range.lowerBound >= end {
        copy(upTo: range.lowerBound, of: bytes, into: &output)
        output += Masker.mask.utf8
      }
      end = max(end, range.upperBound)
      copied = end
    }

    /// Copies what no mask covers.
    mutating func copy(upTo place: Int, of bytes: UnsafeRawBufferPointer, into output: inout [UInt8]) {
      guard place > copied else { return }
      output.append(contentsOf: bytes[copied..<place])
      copied = place
    }
  }
}
