/// A user's words as a query of FTS5: any of them, each in quotes, so that nothing in them is syntax.
/// <https://sqlite.org/fts5.html#full_text_query_syntax>
enum WordQuery {
  /// Words of a query that are looked for.
  private static let mostWords = 64

  /// The query; nil where the text has no word.
  static func text(_ text: String) -> String? {
    let words = words(text)
    return words.isEmpty ? nil : words.map(quoted).joined(separator: " OR ")
  }

  /// The words that are looked for, each once.
  static func words(_ text: String) -> [Substring] {
    var known: Set<Substring> = []
    let distinct = text.lowercased().split { !$0.isLetter && !$0.isNumber }.filter {
      known.insert($0).inserted
    }
    return Array(distinct.prefix(mostWords))
  }

  /// One word as a query.
  static func quoted(_ word: Substring) -> String { "\"\(word)\"" }
}
