/// A user's words as a query of FTS5: any of them, each in quotes, so that nothing in them is syntax.
/// <https://sqlite.org/fts5.html#full_text_query_syntax>
enum WordQuery {
  /// Words of a query that are looked for.
  private static let mostWords = 64

  /// The query; nil where the text has no word.
  static func text(_ words: String) -> String? {
    var known: Set<Substring> = []
    let distinct = words.lowercased().split { !$0.isLetter && !$0.isNumber }.filter {
      known.insert($0).inserted
    }
    guard !distinct.isEmpty else { return nil }
    return distinct.prefix(mostWords).map { "\"\($0)\"" }.joined(separator: " OR ")
  }
}
