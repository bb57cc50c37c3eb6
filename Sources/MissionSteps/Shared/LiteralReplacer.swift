/// Replaces a text in a stream of bytes, without holding more of it than the text is long.
struct LiteralReplacer {
  private let find: [UInt8]
  private let replacement: [UInt8]
  /// Occurrences that may still be replaced.
  private var left: Int
  private(set) var replacements = 0
  /// Bytes that may be the beginning of an occurrence.
  private var pending: [UInt8] = []

  /// Replaces at most `limit` occurrences of `find`, which is not empty.
  init(_ find: [UInt8], with replacement: [UInt8], limit: Int) {
    precondition(!find.isEmpty, "nothing occurs everywhere")
    self.find = find
    self.replacement = replacement
    left = limit
  }

  /// Takes the next bytes and returns what is certain by now.
  mutating func replace(_ bytes: [UInt8]) -> [UInt8] {
    let subject = pending + bytes
    var result: [UInt8] = []
    result.reserveCapacity(subject.count)
    var start = 0
    while left > 0, let found = ByteSearch.firstIndex(of: find, in: subject, from: start) {
      result += subject[start..<found]
      result += replacement
      start = found + find.count
      left -= 1
      replacements += 1
    }
    let kept = left > 0 ? min(find.count - 1, subject.count - start) : 0
    result += subject[start..<(subject.count - kept)]
    pending = Array(subject.suffix(kept))
    return result
  }

  /// The rest, in which nothing can occur any more.
  mutating func finish() -> [UInt8] {
    defer { pending = [] }
    return pending
  }
}
