import MissionModel

/// Turns texts into vectors without a model: what words and parts of words they share decides how near
/// they are.
///
/// The method, fixed since stored vectors depend on it: the text in small letters is cut into words of
/// letters and digits. A word counts by itself, and by its runs of 3, 4 and 5 characters with a mark at
/// either end. Each such feature is hashed (FNV-1a, 64 bits) to one of 384 places and a sign; it adds the
/// square root of how often it occurs, times its weight; the vector is then brought to length 1. So spelling,
/// not meaning, is compared: "car" and "automobile" have nothing in common here.
package enum LocalEmbedder {
  /// The name by which collections remember it.
  package static let model = "ngram"
  /// The length of its vectors.
  package static let dimensions = 384

  /// A word by itself; words that are in every text say little.
  private static let wordWeight: Float = 1
  private static let commonWeight: Float = 0.1
  /// A run of characters: a word of middle length has about ten.
  private static let runWeight: Float = 0.25

  /// The vector of a text; one without any word has no length.
  package static func vector(_ text: String) -> [Float] {
    var counts: [[UInt8]: Int] = [:]
    for word in LocalWords.words(of: text) { counts[Array(word.utf8), default: 0] += 1 }
    var vector = [Float](repeating: 0, count: dimensions)
    // In a fixed order, since sums of floating-point numbers depend on it.
    for (word, count) in counts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      add(word, Float(count).squareRoot(), to: &vector)
    }
    let length = Float(vector.product(vector).squareRoot())
    return length > 0 ? vector.map { $0 / length } : vector
  }

  private static func add(_ word: [UInt8], _ times: Float, to vector: inout [Float]) {
    let isCommon = LocalWords.common.contains(String(decoding: word, as: UTF8.self))
    add(hash(word[...], kind: 0), times * (isCommon ? commonWeight : wordWeight), to: &vector)
    guard !isCommon else { return }
    let characters = String(decoding: [UInt8(ascii: "<")] + word + [UInt8(ascii: ">")], as: UTF8.self)
      .unicodeScalars.map { Array(String($0).utf8) }
    for length in 3...5 where length <= characters.count {
      for start in 0...(characters.count - length) {
        let run = characters[start..<(start + length)].flatMap { $0 }
        add(hash(run[...], kind: UInt8(length)), times * runWeight, to: &vector)
      }
    }
  }

  private static func add(_ hash: UInt64, _ weight: Float, to vector: inout [Float]) {
    let place = Int(hash % UInt64(dimensions))
    vector[place] += hash >> 63 == 0 ? weight : -weight
  }

  private static func hash(_ bytes: ArraySlice<UInt8>, kind: UInt8) -> UInt64 {
    var hash: UInt64 = (0xcbf2_9ce4_8422_2325 ^ UInt64(kind)) &* 0x100_0000_01b3
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    // FNV's high bits change little with the last bytes: the sign is taken from mixed ones.
    return (hash ^ hash >> 29) &* 0x9e37_79b9_7f4a_7c15
  }
}
