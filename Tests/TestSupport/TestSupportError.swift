/// What went wrong in a test's own machinery, in words that say where to look.
package struct TestSupportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The operation, the thing and the cause.
  package let description: String

  /// Wraps one sentence.
  package init(_ description: String) { self.description = description }
}
