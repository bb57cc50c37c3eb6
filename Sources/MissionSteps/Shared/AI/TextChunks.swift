/// Cuts a text into pieces that overlap, for embeddings and searches.
package struct TextChunks: Sendable, Equatable {
  package var size: Int
  package var overlap: Int

  /// Pieces of at most `size` characters, each beginning `overlap` characters before the end of the last.
  package init(size: Int, overlap: Int) {
    precondition(size > 0 && overlap >= 0 && overlap < size, "pieces go forward")
    self.size = size
    self.overlap = overlap
  }

  /// The pieces of a text in order; one that fits is its only piece.
  ///
  /// A piece ends after a paragraph, a line, a sentence or a word, whichever of these lies in its last half.
  package func pieces(of text: String) -> [String] {
    let characters = Array(text)
    guard characters.count > size else { return text.isEmpty ? [] : [text] }
    var pieces: [String] = []
    var start = 0
    while start < characters.count {
      let limit = min(start + size, characters.count)
      let end = limit == characters.count ? limit : boundary(in: characters, from: start, to: limit)
      pieces.append(String(characters[start..<end]))
      if end == characters.count { break }
      start = max(start + 1, end - overlap)
    }
    return pieces
  }

  private func boundary(in characters: [Character], from start: Int, to limit: Int) -> Int {
    let half = start + max(overlap + 1, (limit - start) / 2)
    let rules: [(Int) -> Bool] = [
      { characters[$0 - 1] == "\n" && characters[$0 - 2] == "\n" },
      { characters[$0 - 1] == "\n" },
      { ".!?".contains(characters[$0 - 2]) && characters[$0 - 1].isWhitespace },
      { characters[$0 - 1].isWhitespace },
    ]
    guard half <= limit else { return limit }
    for rule in rules {
      if let end = (half...limit).reversed().first(where: { $0 - start >= 2 && rule($0) }) { return end }
    }
    return limit
  }
}
