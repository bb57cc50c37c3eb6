import Formats
import MissionModel

/// Wrong tokens on their way into the audit trail, from the loop's thread to whoever writes them down.
///
/// Nothing waits for it: a trail that cannot be written must not hold up the answers of others.
package struct FailedLogins: Sendable {
  private let entries: AsyncStream<AuditEntry>
  private let arrived: AsyncStream<AuditEntry>.Continuation
  /// Most that wait to be written; older ones are dropped, and later ones carry their address's count.
  private static let most = 256

  /// Makes an empty queue.
  package init() {
    (entries, arrived) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.most))
  }

  /// Puts wrong tokens of an address into the queue.
  func add(_ failures: Int, from address: String, at time: Timestamp) {
    arrived.yield(
      AuditEntry(
        .loginFailed, at: time, by: AuditActor(name: "unknown", address: address),
        details: ["failures": JSON(failures)]))
  }

  /// Ends `record` when all that waits is written.
  func close() { arrived.finish() }

  /// Writes down what comes until the queue is closed; `trouble` hears of what could not be.
  func record(in trail: AuditTrail, trouble: @Sendable (StoreError) -> Void) async {
    for await entry in entries {
      do throws(StoreError) { try await trail.record([entry]) } catch { trouble(error) }
    }
  }
}
