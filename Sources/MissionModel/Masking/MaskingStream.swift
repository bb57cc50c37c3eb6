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

  /// Takes a piece and gives what can be said of the stream so far: the piece itself, uncopied, where nothing
  /// in it can be a secret's.
  package mutating func take(_ bytes: [UInt8]) -> [UInt8] {
    guard let table = masker.table else { return bytes }
    if kept.isEmpty { return scanned(bytes, table) }
    guard bytes.count > table.longest else { return scanned(kept + bytes, table) }
    // What was kept needs to see no more than a form's length of what came: a big piece is not copied twice.
    var output: [UInt8] = []
    let (end, joined) = (kept.count, kept + bytes[..<table.longest])
    joined.withUnsafeBytes { scan($0, upTo: end, table.places(in: $0, before: end), into: &output) }
    return scanned(bytes, table, after: output)
  }

  /// Gives what was kept back, when the stream is over.
  package mutating func finish() -> [UInt8] {
    guard let table = masker.table, !kept.isEmpty else { return [] }
    let rest = kept
    var output: [UInt8] = []
    rest.withUnsafeBytes { bytes in
      scan(bytes, upTo: bytes.count, table.places(in: bytes, before: bytes.count), into: &output)
    }
    return output
  }

  /// `earlier` and what is given out of `bytes`, whose first `masked` ones are under a mask.
  private mutating func scanned(
    _ bytes: [UInt8], _ table: FormTable, after earlier: [UInt8] = []
  ) -> [UInt8] {
    let output: [UInt8]? = bytes.withUnsafeBytes { piece in
      let end = table.firstOpenPlace(in: piece)
      let found = table.places(in: piece, before: end)
      if earlier.isEmpty, found.isEmpty, masked == 0, end == piece.count {
        kept = []
        return nil
      }
      var output = earlier
      output.reserveCapacity(earlier.count + piece.count)
      scan(piece, upTo: end, found, into: &output)
      return output
    }
    return output ?? bytes
  }

  /// Gives out `bytes`, whose first `masked` ones are under a mask, up to a place, with masks over what was
  /// found, and keeps the others.
  private mutating func scan(
    _ bytes: UnsafeRawBufferPointer, upTo end: Int, _ found: [Range<Int>], into output: inout [UInt8]
  ) {
    var cover = Cover(end: masked)
    for range in found { cover.add(range, of: bytes, into: &output) }
    cover.copy(upTo: end, of: bytes, into: &output)
    kept = Array(bytes[end...])
    masked = max(0, cover.end - end)
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
