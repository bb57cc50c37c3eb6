/// Where everything goes that an attempt's processes write, and what the step itself has to say.
package struct StepLog: Sendable {
  /// The two streams of a log.
  package enum Stream: UInt8, Sendable { case stdout = 1, stderr = 2 }

  /// Appends bytes; never fails, since a step goes on when its log cannot be written.
  package var write: @Sendable (_ stream: Stream, _ bytes: [UInt8]) -> Void

  /// Makes a log of its closure.
  package init(write: @escaping @Sendable (Stream, [UInt8]) -> Void) { self.write = write }

  /// Drops everything.
  package static let none = StepLog { _, _ in }
}
