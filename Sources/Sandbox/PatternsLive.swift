package import Drivers
package import MissionModel

extension Patterns {
  /// Regular expressions through libpcre2 of the host.
  package static func live(_ library: PCRE2 = .host) -> Patterns {
    Patterns { pattern, options throws(StepFailure) in
      let compiled: PCRE2Pattern
      do throws(PCRE2Error) {
        compiled = try library.compile(
          pattern, ignoresCase: options.ignoresCase, isMultiline: options.isMultiline)
      } catch { throw failure("compile the pattern", pattern, error) }
      return Pattern(
        firstMatch: { subject, offset throws(StepFailure) in
          do throws(PCRE2Error) { return try compiled.firstMatch(in: subject, from: offset) } catch {
            throw failure("match the pattern", pattern, error)
          }
        },
        matches: { subject, limit throws(StepFailure) in
          do throws(PCRE2Error) { return try compiled.matches(in: subject, limit: limit) } catch {
            throw failure("match the pattern", pattern, error)
          }
        })
    }
  }

  private static func failure(_ operation: String, _ pattern: String, _ error: PCRE2Error) -> StepFailure {
    let shown = pattern.utf8.count > 80 ? String(pattern.prefix(80)) + "…" : pattern
    let kind: StepFailure.Kind =
      switch error {
      case .pattern, .patternTooLong: .badParameters
      case .library, .textNotUTF8, .tooManySteps, .tooDeep, .tooSlow, .search: .failed
      }
    return StepFailure(kind, "\(operation) \"\(shown)\": \(error)")
  }
}
