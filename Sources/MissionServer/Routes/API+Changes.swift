import Formats
import Glibc
import HTTP
import MissionEngine
import MissionModel
import MissionStore
import Posix

// What is done to jobs that are there: cancel, retry, delete.
extension API {
  var changeEndpoints: [Endpoint] {
    [
      Endpoint(
        .post, "/missions/{id}/cancel", "Ends a job: what runs is stopped, what waits is skipped.",
        scope: .submit, handler: handler(cancel)
      ).with {
        $0.answers = [.init(202, "The job will end.", schema: "JobSummary")]
        $0.problems = [404, 409, 503]
      },
      Endpoint(
        .post, "/missions/{id}/retry", "Makes a new job of a finished one, which keeps what succeeded.",
        scope: .submit, handler: handler(retry)
      ).with {
        $0.query = [
          .init("from", ["type": "string"], "A step that runs anew, with all that depend on it."),
          .init("workspace", ["enum": ["fresh"]], "Run all steps anew, in a new workspace."),
          .init("wait", ["type": "integer", "minimum": 0, "maximum": 300], "Seconds to wait for its end."),
        ]
        $0.answers = [
          .init(200, "The new job, which ended while the client waited.", schema: "Job"),
          .init(202, "The new job.", schema: "JobSummary"),
        ]
        $0.problems = [400, 404, 409, 422, 429, 503]
        $0.takesIdempotencyKey = true
      },
      Endpoint(
        .delete, "/missions/{id}", "Removes a finished job with its logs and workspace.", scope: .admin,
        handler: handler(delete)
      ).with {
        $0.answers = [.init(204, "It is gone.", mediaType: "")]
        $0.problems = [404, 409, 503]
      },
    ]
  }

  private func cancel(_ request: Request) async throws(APIError) -> Response {
    let id = try request.jobID()
    _ = try request.checkedQuery([])
    let at = now()
    let outcome = try await table { () throws(StoreError) in
      try await store.cancel(id, now: at, by: request.actor)
    }
    switch outcome {
    case .unknown: throw .unknownJob(id.description)
    case .alreadyFinished(let job): throw APIError(409, "mission \(id) is \(job.state.status) already")
    case .cancelled(let job):
      feed.publish(id, isOver: true)
      return accepted(job)
    case .requested(let job):
      feed.publish(id, isOver: true)
      // Where it is not carried out now, it is told when it is claimed again.
      _ = await dispatcher.cancel(id)
      return accepted(job)
    }
  }

  private func accepted(_ job: Job) -> Response {
    Self.json(202, JobShape.bytes(job), headers: ["Location": "/missions/\(job.id)", "Retry-After": "1"])
  }

  // MARK: Retry

  private func retry(_ request: Request) async throws(APIError) -> Response {
    let old = try request.jobID()
    let query = try request.checkedQuery(["from", "workspace", "wait"])
    let wait = try request.wait(query)
    let content = await intake.content(of: request.body)
    let key = try request.idempotencyKey().map { Self.idempotencyKey($0, content, for: request) }
    // A repeat finds its job although the one before it is gone by now.
    if let key, let job = try await earlier(key) { return try await answer(job, wait: wait, for: request) }
    if let reason = health.refusal { throw APIError(503, reason, headers: ["Retry-After": "5"]) }
    var asked = try await retryRequest(of: old, query, for: request)
    asked.actor = request.actor
    asked.idempotencyKey = key
    let retry = asked
    let outcome = try await table { () throws(StoreError) in try await store.retry(old, retry) }
    let job = try Self.job(of: outcome, old, limit: intake.limits.maxQueued)
    answers.forget(old)
    feed.publish(old, isOver: true)
    dispatcher.kick()
    return try await answer(job, wait: wait, for: request)
  }

  private static func job(of outcome: RetryOutcome, _ old: JobID, limit: Int) throws(APIError) -> Job {
    switch outcome {
    case .accepted(let job), .repeated(let job): return job
    case .keyInUse: throw Self.keyInUse
    case .queueFull:
      throw APIError(429, "limits.max_queued (\(limit)) jobs wait already", headers: ["Retry-After": "5"])
    case .unknown: throw .unknownJob(old.description)
    case .unfinished(let job): throw unfinished(job)
    case .alreadyRetried(let later):
      throw APIError(
        409, "mission \(old) was retried as \(later), which has its workspace; use ?workspace=fresh")
    case .workspaceGone: throw workspaceGone(old)
    }
  }

  private static func unfinished(_ job: Job) -> APIError {
    APIError(409, "mission \(job.id) is \(job.state.status); only a finished one can be retried")
  }

  private static func workspaceGone(_ old: JobID) -> APIError {
    APIError(409, "the workspace of mission \(old) is gone; use ?workspace=fresh")
  }

  /// What is to be done, after a look at what the old job was made of: the policy may be another by now, and
  /// its directory gone.
  private func retryRequest(
    of old: JobID, _ query: Query, for request: Request
  ) async throws(APIError) -> RetryRequest {
    let found = try await table { () throws(StoreError) in try await store.retriedJob(of: old) }
    guard let base = found else { throw .unknownJob(old.description) }
    guard base.job.state.isFinal else { throw Self.unfinished(base.job) }
    let document = try await reviewed(base, for: request)
    var retry = RetryRequest(id: makeJobID(), at: now())
    if let text = query["workspace"] {
      guard text == "fresh" else { throw APIError(400, "workspace must be fresh, not \"\(text)\"") }
      retry.freshWorkspace = state.workspace(of: retry.id)
      return retry
    }
    do throws(RetrySelection.UnknownStep) {
      retry.repeating = try RetrySelection.repeated(in: document.mission.steps, from: query["from"])
    } catch { throw APIError(400, error.description) }
    if base.job.retriedAs == nil, let workspace = base.workspace { try await check(workspace, of: old) }
    return retry
  }

  /// The mission of a job that is to be carried out again, judged by the policy of now.
  private func reviewed(
    _ base: RetriedJob, for request: Request
  ) async throws(APIError) -> MissionIntake.Document {
    do throws(ValidationError) {
      return try await intake.check(
        base.document, as: base.format, context: base.context, unknownFields: .warn)
    } catch {
      let refusal = try await accounted(error, for: request)
      if refusal.details.status == 403 { throw refusal }
      throw APIError(
        409,
        "mission \(base.job.id) cannot be carried out by this version any more: \(refusal.details.detail)",
        errors: refusal.details.errors)
    }
  }

  /// The directory of a job must be there still, and one that it named must be one that may be named.
  private func check(_ workspace: RetriedJob.Workspace, of old: JobID) async throws(APIError) {
    guard workspace.isNamed else {
      let isThere = await BlockingWork.files.run { access(workspace.path, F_OK) == 0 }
      guard isThere else { throw Self.workspaceGone(old) }
      return
    }
    do throws(WorkspaceRule.Refusal) { _ = try await self.workspace(workspace.path) } catch {
      throw APIError(409, "\(error.reason); use ?workspace=fresh")
    }
  }

  // MARK: Delete

  private func delete(_ request: Request) async throws(APIError) -> Response {
    let id = try request.jobID()
    _ = try request.checkedQuery([])
    let (at, actor) = (now(), request.actor)
    switch try await table({ () throws(StoreError) in try await store.delete(id, now: at, by: actor) }) {
    case .unknown: throw .unknownJob(id.description)
    case .unfinished: throw APIError(409, "mission \(id) is not over; cancel it first")
    case .deleted(let removed):
      answers.forget(id)
      feed.publish(id, isOver: true)
      await state.remove(removed)
      return Response(204)
    }
  }
}
