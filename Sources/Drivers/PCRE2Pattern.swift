/// A compiled regular expression, which any number of threads may search with at once.
///
/// The just-in-time compiler costs 4 to 6 µs a pattern and makes searches up to ten times as fast. Its stack
/// is 32 KiB; what needs more is searched again by the interpreter, within the depth and heap limits.
// The compiled code is never written after `init` (pcre2api(3), "Multithreading"): hence unchecked.
package final class PCRE2Pattern: @unchecked Sendable {
  private let code: OpaquePointer
  private let functions: PCRE2.Functions
  private let limits: PCRE2.Limits

  /// Texts up to this length are searched in one go; longer ones in pieces of start positions, with a look
  /// at the clock between two.
  private static let pieceOfText = 4096
  private static let pieceOfStarts = 256

  init(_ code: OpaquePointer, functions: PCRE2.Functions, limits: PCRE2.Limits) {
    self.code = code
    self.functions = functions
    self.limits = limits
  }

  deinit { functions.freeCode(code) }

  /// The first match that starts at or after `offset`: its range, then each group's, nil for one that took
  /// no part; nil where nothing matches.
  package func firstMatch(in text: [UInt8], from offset: Int = 0) throws(PCRE2Error) -> [Range<Int>?]? {
    let search = try Search(self)
    return try search.next(in: text, from: offset, isChecked: false)
  }

  /// All matches from the start of `text` that do not overlap, at most `limit` of them.
  ///
  /// The text is checked for UTF-8 once, where a loop over `firstMatch` would check it each time.
  package func matches(in text: [UInt8], limit: Int) throws(PCRE2Error) -> [[Range<Int>?]] {
    let search = try Search(self)
    var found: [[Range<Int>?]] = []
    var offset = 0
    while found.count < limit, offset <= text.count,
      let match = try search.next(in: text, from: offset, isChecked: offset > 0), let whole = match[0]
    {
      found.append(match)
      offset = whole.isEmpty ? Self.nextCharacter(in: text, after: whole.upperBound) : whole.upperBound
    }
    return found
  }

  /// The start of the character after the one at `offset`, so that an empty match is not found for ever.
  private static func nextCharacter(in text: [UInt8], after offset: Int) -> Int {
    var next = offset + 1
    while next < text.count, text[next] & 0xc0 == 0x80 { next += 1 }
    return next
  }

  /// The memory of one search, with its limits.
  private final class Search {
    private let pattern: PCRE2Pattern
    private let functions: PCRE2.Functions
    private let data: OpaquePointer
    private let context: OpaquePointer

    init(_ pattern: PCRE2Pattern) throws(PCRE2Error) {
      let functions = pattern.functions
      guard let data = functions.makeMatchData(pattern.code, nil) else {
        throw .search(message: "out of memory")
      }
      guard let context = functions.makeMatchContext(nil) else {
        functions.freeMatchData(data)
        throw .search(message: "out of memory")
      }
      self.pattern = pattern
      self.functions = functions
      self.data = data
      self.context = context
      _ = functions.setMatchLimit(context, pattern.limits.steps)
      _ = functions.setDepthLimit(context, pattern.limits.depth)
      _ = functions.setHeapLimit(context, pattern.limits.heapKiB)
    }

    deinit {
      functions.freeMatchData(data)
      functions.freeMatchContext(context)
    }

    func next(in text: [UInt8], from offset: Int, isChecked: Bool) throws(PCRE2Error) -> [Range<Int>?]? {
      precondition(offset >= 0 && offset <= text.count, "a search starts inside its text")
      let deadline = ContinuousClock.now + pattern.limits.searchTime
      var start = offset
      var isChecked = isChecked
      while true {
        var end = text.count
        if text.count - start > PCRE2Pattern.pieceOfText { end = start + PCRE2Pattern.pieceOfStarts }
        _ = functions.setOffsetLimit(context, end)
        let count = search(text, from: start, options: isChecked ? PCRE2.Option.noUTFCheck : 0)
        if count != Outcome.noMatch { return try ranges(count) }
        if end == text.count { return nil }
        guard ContinuousClock.now < deadline else { throw .tooSlow(pattern.limits.searchTime) }
        isChecked = true
        start = PCRE2Pattern.nextCharacter(in: text, after: end)
      }
    }

    private func search(_ text: [UInt8], from start: Int, options: UInt32) -> CInt {
      let count = functions.match(pattern.code, text, text.count, start, options, data, context)
      guard count == Outcome.stackOfJITIsFull else { return count }
      return functions.match(
        pattern.code, text, text.count, start, options | PCRE2.Option.noJIT, data, context)
    }

    private func ranges(_ count: CInt) throws(PCRE2Error) -> [Range<Int>?] {
      guard count > 0 else { throw error(count) }
      let offsets = functions.offsets(data)
      return (0..<Int(functions.offsetCount(data))).map { group in
        let (lower, upper) = (offsets[2 * group], offsets[2 * group + 1])
        // A group that took no part has PCRE2_UNSET, which is -1 here; \K in a look-around swaps the ends.
        return group < Int(count) && lower >= 0 ? min(lower, upper)..<max(lower, upper) : nil
      }
    }

    private func error(_ code: CInt) -> PCRE2Error {
      switch code {
      case Outcome.matchLimit: .tooManySteps(pattern.limits.steps)
      case Outcome.depthLimit, Outcome.heapLimit: .tooDeep
      case Outcome.invalidUTF8: .textNotUTF8
      default: .search(message: functions.message(of: code))
      }
    }
  }

  /// Results of pcre2_match(3) that are told apart.
  private enum Outcome {
    static let noMatch: CInt = -1
    /// PCRE2_ERROR_UTF8_ERR21 to PCRE2_ERROR_UTF8_ERR1.
    static let invalidUTF8: ClosedRange<CInt> = -23 ... -3
    static let stackOfJITIsFull: CInt = -46
    static let matchLimit: CInt = -47
    static let depthLimit: CInt = -53
    static let heapLimit: CInt = -63
  }
}
