/// Why the daemon did not start: what was to be done, the cause, and the way out where there is one.
package struct StartError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String

  /// Wraps a sentence in lower case without a full stop.
  package init(_ description: String) { self.description = description }
}
