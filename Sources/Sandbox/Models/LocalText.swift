import MissionModel

/// What the provider `local` does with texts: it takes sentences and words out of them, and writes nothing
/// itself.
///
/// It is no language model. It knows the prompts `summarize: TEXT`, `keywords: TEXT`, `answer: QUESTION` with
/// the text below an empty line, and, with a JSON Schema, `fields: TEXT`; asked for anything else it fails.
enum LocalText {
  /// The name of the model in answers.
  static let model = "extract"

  /// Sentences of a summary or an answer, and words of a list.
  private static let mostSentences = 3
  private static let mostWords = 10

  /// The answer to a request that it understands.
  static func answer(_ request: ChatRequest) throws(ModelFailure) -> ChatAnswer {
    guard request.tools.isEmpty, request.turns.count == 1, case .user(let prompt)? = request.turns.first,
      let (command, text) = command(of: prompt)
    else { throw refusal }
    let answer =
      switch (command, request.format) {
      case ("summarize", .text), ("summarise", .text): summary(of: text)
      case ("keywords", .text): keywords(of: text).joined(separator: ", ")
      case ("answer", .text): answer(from: text)
      case ("fields", .schema(let schema)): try LocalFields(schema).read(from: text)
      default: throw refusal
      }
    return ChatAnswer(text: answer, model: model, provider: .local)
  }

  private static let refusal = ModelFailure(
    .unsupported,
    "local: no language model is behind the provider local; it knows only prompts that begin with "
      + "\"summarize:\", \"keywords:\" or \"answer:\", or with a JSON Schema \"fields:\", and answers with "
      + "parts of the text; name another provider, such as openai or ollama")

  private static func command(of prompt: String) -> (String, String)? {
    guard let colon = prompt.firstIndex(of: ":") else { return nil }
    let text = prompt[prompt.index(after: colon)...]
    guard text.contains(where: { !$0.isWhitespace }) else { return nil }
    return (prompt[..<colon].lowercased(), String(text))
  }

  /// The sentences whose words are most frequent in the whole text, in the text's order.
  static func summary(of text: String) -> String {
    let sentences = LocalWords.sentences(of: text)
    let counts = frequencies(of: text)
    let scores = sentences.map { sentence -> Double in
      let words = LocalWords.words(of: sentence).filter { !LocalWords.common.contains($0) }
      let sum = Set(words).reduce(0) { $0 + counts[$1, default: 0] }
      return words.isEmpty ? 0 : Double(sum) / Double(words.count).squareRoot()
    }
    return best(sentences.indices, by: { scores[$0] }).map { sentences[$0] }.joined(separator: " ")
  }

  /// The most frequent words of a text, the most frequent first.
  static func keywords(of text: String) -> [String] {
    let counts = frequencies(of: text).filter { $0.key.count > 2 }
    return counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
      .prefix(mostWords).map(\.key)
  }

  /// The sentences nearest to the question, which stands before the first empty line, with the `[1]` of the
  /// passage that each was taken from.
  static func answer(from text: String) -> String {
    guard let gap = text.firstRange(of: "\n\n") else { return nothing }
    let wanted = LocalEmbedder.vector(String(text[..<gap.lowerBound]))
    var sentences: [(text: String, nearness: Double)] = []
    var mark = ""
    for sentence in LocalWords.sentences(of: String(text[gap.upperBound...])) {
      var words = sentence[...]
      if sentence.hasPrefix("["), let end = sentence.firstIndex(of: "]") {
        mark = " " + sentence[...end]
        words = sentence[sentence.index(after: end)...].drop(while: \.isWhitespace)
      }
      let vector = LocalEmbedder.vector(String(words))
      sentences.append((words + mark, VectorMetric.cosine.similarity(wanted, vector)))
    }
    let near = sentences.indices.filter { sentences[$0].nearness > 0.1 }
    guard !near.isEmpty else { return nothing }
    return best(near, by: { sentences[$0].nearness }).map { sentences[$0].text }.joined(separator: " ")
  }

  private static let nothing = "No sentence of the text is near the question."

  private static func best(_ places: some Sequence<Int>, by score: (Int) -> Double) -> [Int] {
    places.sorted { score($0) == score($1) ? $0 < $1 : score($0) > score($1) }
      .prefix(mostSentences).sorted()
  }

  private static func frequencies(of text: String) -> [String: Int] {
    var counts: [String: Int] = [:]
    for word in LocalWords.words(of: text) where !LocalWords.common.contains(word) {
      counts[word, default: 0] += 1
    }
    return counts
  }
}
