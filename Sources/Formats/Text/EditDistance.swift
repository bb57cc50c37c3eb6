/// How near two words are to each other: what *did you mean* is made of.
package enum EditDistance {
  /// Beyond this many characters a word is no misspelling of a name, and comparing would only cost time.
  private static let longestWord = 64

  /// The fewest insertions, deletions, replacements and swaps of neighbours that make `right` of `left`.
  package static func between(_ left: String, _ right: String) -> Int {
    between(Array(left.unicodeScalars), Array(right.unicodeScalars))
  }

  private static func between(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    var current = last
    for row in left.indices {
      current[0] = row + 1
      for column in right.indices {
        let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
        var best = min(replaced, last[column + 1] + 1, current[column] + 1)
        let isSwap =
          row > 0 && column > 0 && left[row] == right[column - 1] && left[row - 1] == right[column]
        if isSwap { best = min(best, beforeLast[column - 1] + 1) }
        current[column + 1] = best
      }
      (beforeLast, last, current) = (last, current, beforeLast)
    }
    return last[right.count]
  }

  /// The candidate that somebody who wrote `word` probably meant; nil if none is near enough.
  ///
  /// Case, `_`, `-` and blanks do not count: `maxParallel` means `max_parallel`. One edit is allowed for each
  /// three characters; failing that, the only candidate that begins or ends with the word is taken.
  package static func closest(to word: String, among candidates: some Sequence<String>) -> String? {
    let wanted = folded(word)
    guard !wanted.isEmpty, wanted.count <= longestWord else { return nil }
    let allowed = max(1, wanted.count / 3)
    var best: (distance: Int, candidate: String)?
    var related: [String] = []
    for candidate in candidates where candidate != word {
      let letters = folded(candidate)
      guard letters.count <= longestWord else { continue }
      if wanted.count >= 4, letters.starts(with: wanted) || letters.reversed().starts(with: wanted.reversed())
      {
        related.append(candidate)
      }
      guard abs(letters.count - wanted.count) <= allowed else { continue }
      let distance = between(wanted, letters)
      if distance <= allowed, distance < letters.count, distance < (best?.distance ?? .max) {
        best = (distance, candidate)
      }
    }
    return best?.candidate ?? (related.count == 1 ? related[0] : nil)
  }

  private static func folded(_ word: String) -> [Unicode.Scalar] {
    word.lowercased().unicodeScalars.filter { $0 != "_" && $0 != "-" && $0 != " " }
  }
}
