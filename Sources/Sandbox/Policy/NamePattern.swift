/// A text in which `*` stands for any part, and `|` parts alternatives: `mkfs*`, `-r|-R|--recursive`.
struct NamePattern: Sendable, Equatable {
  /// As it is written.
  let text: String
  private let alternatives: [[UInt8]]

  init(_ text: some StringProtocol) {
    self.text = String(text)
    alternatives = Array(text.utf8).split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false).map
    {
      Array($0)
    }
  }

  /// The names that match, where there is no star and they can be counted; nil otherwise.
  var wholeNames: [String]? {
    let isWhole = alternatives.allSatisfy { name in
      !name.contains(UInt8(ascii: "*")) && name.first != UInt8(ascii: "-")
    }
    return isWhole ? alternatives.map { String(decoding: $0, as: UTF8.self) } : nil
  }

  /// Whether one of the alternatives is all of `name`.
  func matches(_ name: String) -> Bool {
    var name = name
    return name.withUTF8 { bytes in
      alternatives.contains { alternative in
        alternative.withUnsafeBufferPointer { Self.matches($0, bytes) || Self.isAmong($0, bytes) }
      }
    }
  }

  /// Whether the pattern is a letter of a cluster such as `-rf`.
  private static func isAmong(
    _ pattern: UnsafeBufferPointer<UInt8>, _ word: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let dash = UInt8(ascii: "-")
    func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
    guard pattern.count == 2, pattern[0] == dash, isLetter(pattern[1]), word.count > 2, word[0] == dash,
      word[1] != dash, word.dropFirst().allSatisfy(isLetter)
    else { return false }
    return word.contains(pattern[1])
  }

  /// The usual two-pointer match: the last star takes up what fails later, so it is linear in practice.
  private static func matches(
    _ pattern: UnsafeBufferPointer<UInt8>, _ word: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let star = UInt8(ascii: "*")
    var (p, w) = (pattern.startIndex, word.startIndex)
    var retry: (pattern: Int, word: Int)?
    while w < word.endIndex {
      if p < pattern.endIndex, pattern[p] == star {
        retry = (p, w)
        p += 1
      } else if p < pattern.endIndex, pattern[p] == word[w] {
        p += 1
        w += 1
      } else if let (lastStar, lastWord) = retry {
        retry = (lastStar, lastWord + 1)
        p = lastStar + 1
        w = lastWord + 1
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == star }
  }
}
