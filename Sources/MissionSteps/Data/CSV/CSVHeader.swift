import Formats
import MissionModel

/// The names of a table's columns.
struct CSVHeader: Equatable {
  /// In order.
  var names: [String]
  /// False where the text has no header, and the names are ours: `column_1`, `column_2`, …
  var isWritten: Bool

  /// The column `name`.
  func index(of name: String) throws(StepFailure) -> Int {
    if let index = names.firstIndex(of: name) { return index }
    let closest = EditDistance.closest(to: name, among: names)
    throw StepFailure(
      "column \"\(name)\": the table has no such column; "
        + (closest.map { "did you mean \"\($0)\"?" } ?? "it has \(Self.list(names))\(delimiterHint)"))
  }

  /// A whole line for one name is that of a table with another delimiter.
  private var delimiterHint: String {
    guard names.count == 1, let other = names[0].first(where: { ",;|\t".contains($0) }) else { return "" }
    return "; set delimiter: \(other == "\t" ? "tab" : "\"\(other)\"") if that separates its columns"
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ") + (names.count > 20 ? ", …" : "")
  }

  /// Names for columns without any.
  static func numbered(_ count: Int) -> CSVHeader {
    CSVHeader(names: (1...max(count, 1)).map { "column_\($0)" }, isWritten: false)
  }

  /// The names in snake_case, each different.
  var normalized: CSVHeader {
    var used: Set<String> = []
    var result: [String] = []
    for (index, name) in names.enumerated() {
      let plain = Self.snakeCase(name)
      let stem = plain.isEmpty ? "column_\(index + 1)" : plain
      var unique = stem
      var number = 2
      while !used.insert(unique).inserted {
        unique = "\(stem)_\(number)"
        number += 1
      }
      result.append(unique)
    }
    return CSVHeader(names: result, isWritten: isWritten)
  }

  /// `Unit Price (EUR)` and `unitPriceEUR` become `unit_price_eur`.
  private static func snakeCase(_ name: String) -> String {
    var words: [String] = []
    var word = ""
    var wasLower = false
    for character in name {
      let isPart = character.isLetter || character.isNumber
      if !word.isEmpty, !isPart || (character.isUppercase && wasLower) {
        words.append(word)
        word = ""
      }
      if isPart { word += character.lowercased() }
      wasLower = character.isLowercase || character.isNumber
    }
    if !word.isEmpty { words.append(word) }
    return words.joined(separator: "_")
  }
}
