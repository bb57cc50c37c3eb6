import Formats

/// Reads the values of fields that are known by name, and says what was expected where they are something
/// else.
///
/// Null stands for a field that was left out: every function gives nil for it, and after reporting a problem.
struct FieldReader {
  /// Longest delay or time-out, in seconds or milliseconds: 32 bits hold it, and 24 days are enough.
  static let largestNumber = Int(Int32.max)

  var problems = ProblemCollector()
  let unknownFields: DocumentLoader.UnknownFields

  init(unknownFields: DocumentLoader.UnknownFields) { self.unknownFields = unknownFields }

  /// Text.
  mutating func string(_ value: JSON, at pointer: @autoclosure () -> String) -> String? {
    switch value {
    case .string(let text): return text
    case .null: return nil
    case .bool, .integer, .double, .decimal:
      expected("a string", value, at: pointer(), hint: "put it in quotes")
    case .array, .object: expected("a string", value, at: pointer())
    }
    return nil
  }

  /// `true` or `false`.
  mutating func bool(_ value: JSON, at pointer: @autoclosure () -> String) -> Bool? {
    switch value {
    case .bool(let flag): return flag
    case .null: return nil
    case .string(let word) where ["yes", "on", "true"].contains(word.lowercased()):
      expected("true or false", value, at: pointer(), hint: "write true, without quotes")
    case .string(let word) where ["no", "off", "false"].contains(word.lowercased()):
      expected("true or false", value, at: pointer(), hint: "write false, without quotes")
    case .string, .integer, .double, .decimal, .array, .object:
      expected("true or false", value, at: pointer())
    }
    return nil
  }

  /// A whole number within `range`.
  mutating func integer(
    _ value: JSON, in range: ClosedRange<Int>, at pointer: @autoclosure () -> String
  ) -> Int? {
    if value.isNull { return nil }
    if let number = value.integerValue.flatMap({ Int(exactly: $0) }), range.contains(number) { return number }
    let wanted =
      range.upperBound < Self.largestNumber
      ? "an integer from \(range.lowerBound) to \(range.upperBound)"
      : "an integer of at least \(range.lowerBound)"
    let hint = value.stringValue.flatMap(Int.init).map { "write \($0), without quotes" }
    expected(wanted, value, at: pointer(), hint: hint)
    return nil
  }

  /// A number within `range`.
  mutating func number(
    _ value: JSON, in range: ClosedRange<Double>, at pointer: @autoclosure () -> String
  ) -> Double? {
    if value.isNull { return nil }
    if let number = value.doubleValue, range.contains(number) { return number }
    expected("a number from \(range.lowerBound) to \(range.upperBound)", value, at: pointer())
    return nil
  }

  /// One of the words of an enumeration.
  mutating func choice<Word: RawRepresentable<String> & CaseIterable>(
    _ value: JSON, _: Word.Type, at pointer: @autoclosure () -> String
  ) -> Word? {
    if value.isNull { return nil }
    if let word = value.stringValue.flatMap(Word.init(rawValue:)) { return word }
    let words = Word.allCases.map(\.rawValue)
    let closest = value.stringValue.flatMap { EditDistance.closest(to: $0, among: words) }
    expected(
      "one of " + words.map { "\"\($0)\"" }.joined(separator: ", "), value, at: pointer(),
      hint: closest.map { "did you mean \"\($0)\"?" })
    return nil
  }

  /// A map.
  mutating func map(_ value: JSON, at pointer: @autoclosure () -> String) -> JSONObject? {
    switch value {
    case .object(let members): return members
    case .null: return nil
    case .bool, .integer, .double, .decimal, .string, .array: expected("a map", value, at: pointer())
    }
    return nil
  }

  /// Reports a field that nobody knows.
  mutating func unknown(_ key: String, in parent: @autoclosure () -> String, known: [String]) {
    guard problems.hasRoom else { return problems.add(at: "", "") }
    let closest = EditDistance.closest(to: key, among: known)
    problems.add(
      Problem(
        unknownFields == .warn ? .warning : .error, at: parent() + "/" + JSONPointer.escape(key),
        "unknown field \"\(TerminalText.shortened(key, toBytes: 60))\"",
        hint: closest.map { "did you mean \"\($0)\"?" } ?? "known are " + known.joined(separator: ", "),
        concernsKey: true))
  }

  /// Reports a value that is not what was expected.
  mutating func expected(_ wanted: String, _ value: JSON, at pointer: String, hint: String? = nil) {
    problems.add(at: pointer, "expected \(wanted), not \(value.excerpt)", hint: hint)
  }
}
