/// How a host is asked whether it is there.
package enum PingMethod: String, Sendable, CaseIterable {
  /// An echo of ICMP.
  case icmp
  /// A connection to a port, closed at once.
  case tcp
}

/// A host that can be asked, whose address was judged.
package struct PingTarget: Sendable {
  /// The address that is asked.
  package var address: String
  /// Asks once: milliseconds until the answer, or nil where none came in time.
  package var ask: @Sendable (_ sequence: Int, _ patience: Duration) async throws(StepFailure) -> Double?

  /// Makes a target.
  package init(
    address: String,
    ask: @escaping @Sendable (_ sequence: Int, _ patience: Duration) async throws(StepFailure) -> Double?
  ) {
    self.address = address
    self.ask = ask
  }
}
