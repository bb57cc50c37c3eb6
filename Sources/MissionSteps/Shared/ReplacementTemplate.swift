/// What a regular expression's match is replaced with: `$1` and `${12}` are groups, `$0` the match, `$$` a
/// dollar.
struct ReplacementTemplate {
  private enum Piece {
    case text([UInt8])
    case group(Int)
  }

  private var pieces: [Piece] = []

  init(_ text: String) {
    let bytes = Array(text.utf8)
    var literal: [UInt8] = []
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "$"), let (piece, end) = Self.reference(bytes, at: index + 1) else {
        literal.append(bytes[index])
        index += 1
        continue
      }
      if case .text(let dollar) = piece {
        literal += dollar
      } else {
        pieces += [.text(literal), piece]
        literal = []
      }
      index = end
    }
    pieces.append(.text(literal))
  }

  /// `subject` with its matches, which follow one another, replaced.
  func replace(_ matches: [[Range<Int>?]], in subject: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var start = 0
    for groups in matches {
      guard let match = groups.first ?? nil else { continue }
      result += subject[start..<match.lowerBound]
      result += fill(groups, in: subject)
      start = match.upperBound
    }
    return result + subject[start...]
  }

  /// The text that takes the place of a match of `subject`.
  func fill(_ groups: [Range<Int>?], in subject: [UInt8]) -> [UInt8] {
    pieces.reduce(into: []) { result, piece in
      switch piece {
      case .text(let text): result += text
      case .group(let number):
        if groups.indices.contains(number), let range = groups[number] { result += subject[range] }
      }
    }
  }

  /// Reads what follows a dollar: a dollar, a digit, or digits in braces.
  private static func reference(_ bytes: [UInt8], at start: Int) -> (piece: Piece, end: Int)? {
    guard start < bytes.count else { return nil }
    if bytes[start] == UInt8(ascii: "$") { return (.text([bytes[start]]), start + 1) }
    if let digit = number(bytes[start...start]) { return (.group(digit), start + 1) }
    guard bytes[start] == UInt8(ascii: "{"),
      let close = bytes[start...].firstIndex(of: UInt8(ascii: "}")),
      let group = number(bytes[(start + 1)..<close])
    else { return nil }
    return (.group(group), close + 1)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard (1...2).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
