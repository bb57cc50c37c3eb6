import Formats
package import MissionModel
import Posix

/// A request that a rule of access turned away.
package struct AccessRefusal: Sendable, Equatable {
  /// Who asked, as far as that is known.
  package let actor: AuditActor
  package let path: String
  /// What the answer said.
  package let reason: String
}

/// Wrong tokens and refused requests on their way into the audit trail, from the loop's thread to whoever
/// writes them down.
///
/// Nothing waits for it: a trail that cannot be written must not hold up the answers of others.
package struct AccessRefusals: Sendable {
  private let counts = Lock(FailureCounts())
  private let entries: AsyncStream<AuditEntry>
  private let arrived: AsyncStream<AuditEntry>.Continuation
  /// Most that wait to be written; older ones are dropped, and later ones carry their count.
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

  /// Puts a refusal into the queue, unless its actor's last entry was too short ago: see `FailureCounts`.
  func add(_ refusal: AccessRefusal, at time: Timestamp, now: BootTime = .now) {
    let actor = refusal.actor
    let key = "\(actor.address ?? "") \(actor.name)"
    guard let count = counts.withLock({ $0.add(key, at: now).toRecord }) else { return }
    arrived.yield(
      AuditEntry(
        .accessRefused, at: time, by: actor,
        details: [
          "path": .string(refusal.path), "reason": .string(refusal.reason), "refusals": JSON(count),
        ]))
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
