import Formats
import MissionModel

/// What a job accounts for: each step's start and end, what the policy refused, what steps tell themselves.
extension MissionExecutor {
  /// Longest text of an error that the trail keeps; all of it is in the step's result.
  private static let longestText = 1024

  /// The trail as one attempt reaches it.
  func makeAudit(_ step: Int, _ number: Int) -> StepAudit {
    guard let trail = services.audit else { return .none }
    let (clock, masker, job, stepID) = (services.clock, masker, job.id, mission.steps[step].id)
    return StepAudit { action, details throws(StepFailure) in
      let entry = AuditEntry(
        action, at: clock.now(), jobID: job, stepID: stepID, attempt: number,
        details: masker.mask(.object(details)).objectValue ?? [:])
      do throws(StoreError) { try await trail.record([entry]) } catch {
        throw StepFailure("write to the audit trail: \(error.message)")
      }
    }
  }

  /// The entries for the attempts that `batch` records; one that starts and ends in it has one.
  func accounts(of batch: JournalEntry) -> [AuditEntry] {
    guard services.audit != nil else { return [] }
    var accounts: [AuditEntry] = []
    accounts.reserveCapacity(batch.starts.count + batch.endings.count)
    /// The last attempt of each step that is over.
    var ended: [Int: Int] = [:]
    for ending in batch.endings {
      ended[ending.stepIndex] = ending.number
      accounts.append(account(of: ending))
    }
    for start in batch.starts where ended[start.stepIndex, default: 0] < start.number {
      accounts.append(account(of: start))
    }
    return accounts
  }

  private func account(of attempt: AttemptRecord) -> AuditEntry {
    let step = mission.steps[attempt.stepIndex]
    var details: JSONObject = ["type": .string(step.type)]
    let effects = services.catalog[step.type]?.effects.names ?? []
    if !effects.isEmpty { details["effects"] = .array(effects.map(JSON.string)) }
    if let ending = attempt.ending {
      details["ending"] = .string(ending.rawValue)
      details["started_at"] = .string(attempt.startedAt.description)
      if let error = attempt.error { details["error"] = .string(Self.cut(error)) }
    }
    return AuditEntry(
      attempt.ending == nil ? .stepStarted : .stepEnded, at: attempt.finishedAt ?? attempt.startedAt,
      jobID: job.id, stepID: step.id, attempt: attempt.number, details: details)
  }

  /// Adds to the next entry that the policy refused a step.
  func account(forDenialOf step: Int, _ failure: StepFailure) {
    guard services.audit != nil else { return }
    entry.audit.append(
      AuditEntry(
        .denied, at: services.clock.now(), jobID: job.id, stepID: mission.steps[step].id,
        attempt: underway[step]?.number,
        details: ["type": .string(mission.steps[step].type), "reason": .string(Self.cut(failure.message))]))
  }

  private static func cut(_ text: String) -> String {
    text.utf8.count <= longestText ? text : String(text.prefix(longestText / 4)) + "…"
  }
}
