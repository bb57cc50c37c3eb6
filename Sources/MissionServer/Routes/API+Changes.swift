import Formats
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
    if let reason = health.refusal { throw APIError(503, reason, headers: ["Retry-After": "5"]) }
    var retry = RetryRequest(id: makeJobID(), at: now())
    if let text = query["workspace"] {
      guard text == "fresh" else { throw APIError(400, "workspace must be fresh, not \"\(text)\"") }
      retry.freshWorkspace = state.workspace(of: retry.id)
    } else {
      retry.repeating = try await repeated(in: old, from: query["from"])
    }
    retry.actor = request.actor
    retry.idempotencyKey = try request.idempotencyKey().map { key in
      Submission.IdempotencyKey(
        owner: request.caller?.name ?? "", key: key, fingerprint: request.fingerprint([]))
    }
    let asked = retry
    let outcome = try await table { () throws(StoreError) in try await store.retry(old, asked) }
    let job = try Self.job(of: outcome, old, limit: intake.limits.maxQueued)
    answers.forget(old)
    feed.publish(old, isOver: true)
    dispatcher.kick()
    guard let wait else { return accepted(job) }
    let ended = try await finished(job.id, within: .seconds(wait), for: request) ?? job
    guard ended.state.isFinal else { return accepted(ended) }
    var response = try await fullAnswer(job.id, detail: .outputs).response
    response.headers.append("Location", "/missions/\(job.id)")
    return response
  }

  private static func job(of outcome: RetryOutcome, _ old: JobID, limit: Int) throws(APIError) -> Job {
    switch outcome {
    case .accepted(let job), .repeated(let job): return job
    case .keyInUse:
      throw APIError(422, "the Idempotency-Key was used for another request before; use a new one")
    case .queueFull:
      throw APIError(429, "limits.max_queued (\(limit)) jobs wait already", headers: ["Retry-After": "5"])
    case .unknown: throw .unknownJob(old.description)
    case .unfinished(let job):
      throw APIError(409, "mission \(old) is \(job.state.status); only a finished one can be retried")
    case .alreadyRetried(let later):
      throw APIError(
        409, "mission \(old) was retried as \(later), which has its workspace; use ?workspace=fresh")
    case .workspaceGone:
      throw APIError(409, "the workspace of mission \(old) is gone; use ?workspace=fresh")
    }
  }

  /// The places of steps that run anew although they succeeded: those from `step` on, and started processes.
  private func repeated(in old: JobID, from step: String?) async throws(APIError) -> Set<Int> {
    let found = try await table { () throws(StoreError) in try await store.document(of: old) }
    guard let found else { throw .unknownJob(old.description) }
    let document: MissionIntake.Document
    do throws(ValidationError) {
      document = try await intake.check(found.bytes, as: found.format, unknownFields: .warn)
    } catch { throw APIError(409, "mission \(old) cannot be read by this version any more") }
    do throws(RetrySelection.UnknownStep) {
      return try RetrySelection.repeated(in: document.mission.steps, from: step)
    } catch { throw APIError(400, error.description) }
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
