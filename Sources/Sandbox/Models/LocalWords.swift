/// Words and sentences of a text, as the provider `local` understands them.
enum LocalWords {
  /// Words of English that are in every text.
  static let common: Set<String> = [
    "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by",
    "can", "do", "does", "for", "from", "had", "has", "have", "he", "how", "i", "if", "in", "into", "is",
    "it", "its", "may", "more", "most", "must", "no", "not", "of", "on", "one", "or", "our", "so", "such",
    "that",
    "the", "their", "then", "there", "these", "they", "this", "to", "was", "we", "were", "what", "when",
    "where", "which", "who", "why", "will", "with", "you", "your",
  ]

  /// The words of a text in order, in small letters.
  static func words(of text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// The sentences of a text in order, without the space around them. A line that is empty ends one, too.
  static func sentences(of text: String) -> [String] {
    var sentences: [String] = []
    var sentence = ""
    func end() {
      let trimmed = sentence.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if !trimmed.isEmpty { sentences.append(trimmed) }
      sentence = ""
    }
    var last: Character = " "
    for character in text {
      if character.isWhitespace, ".!?".contains(last) || (character == "\n" && last == "\n") { end() }
      sentence.append(character)
      last = character
    }
    end()
    return sentences
  }
}
