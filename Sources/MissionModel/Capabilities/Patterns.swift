/// Perl-compatible regular expressions with match and heap limits (libpcre2, contract §10).
package struct Patterns: Sendable {
  /// Compiles a pattern; fails with its message and place, or with the package to install.
  package var compile: @Sendable (_ pattern: String, _ options: PatternOptions) throws(StepFailure) -> Pattern

  /// Makes the capability of its closure.
  package init(compile: @escaping @Sendable (String, PatternOptions) throws(StepFailure) -> Pattern) {
    self.compile = compile
  }

  /// What a step type declares that compiles patterns for a part of its work.
  package static let requirement = Requirement.library(
    "libpcre2-8.so.0", package: "libpcre2-8-0", isEssential: false)

  /// Takes every pattern and finds nothing: for what can be judged before its step runs, without the library.
  package static let unjudged = Patterns { _, _ in
    Pattern(firstMatch: { _, _ in nil }, matches: { _, _ in [] })
  }

  /// The same for the check of a document: what a missing library cannot judge is left to the step.
  package var whereAvailable: Patterns {
    Patterns { pattern, options throws(StepFailure) in
      do throws(StepFailure) { return try compile(pattern, options) } catch {
        guard error.kind != .badParameters else { throw error }
        return try Patterns.unjudged.compile(pattern, options)
      }
    }
  }

  /// Refuses every pattern, saying that the library is missing.
  package static let unavailable = Patterns { pattern, _ throws(StepFailure) in
    throw StepFailure(
      "compile the pattern \"\(pattern)\": libpcre2 is not on this host; install libpcre2-8-0")
  }
}

/// How a pattern is matched.
package struct PatternOptions: Sendable, Equatable {
  package var ignoresCase = false
  /// `^` and `$` match at line ends.
  package var isMultiline = false

  /// Makes options.
  package init(ignoresCase: Bool = false, isMultiline: Bool = false) {
    self.ignoresCase = ignoresCase
    self.isMultiline = isMultiline
  }
}

/// A compiled regular expression over UTF-8 bytes.
package struct Pattern: Sendable {
  /// The ranges of the first match at or after an offset: the whole match, then each group, nil for a group
  /// that took no part. Nil where nothing matches. Fails when a limit is passed.
  package var firstMatch: @Sendable (_ subject: [UInt8], _ offset: Int) throws(StepFailure) -> [Range<Int>?]?
  /// The matches that follow one another without overlap, as `firstMatch` gives them, at most `limit`: for
  /// long texts with many matches, where each `firstMatch` would look at the whole text again.
  package var matches: @Sendable (_ subject: [UInt8], _ limit: Int) throws(StepFailure) -> [[Range<Int>?]]

  /// Makes a pattern of its closures.
  package init(
    firstMatch: @escaping @Sendable ([UInt8], Int) throws(StepFailure) -> [Range<Int>?]?,
    matches: @escaping @Sendable ([UInt8], Int) throws(StepFailure) -> [[Range<Int>?]]
  ) {
    self.firstMatch = firstMatch
    self.matches = matches
  }
}
