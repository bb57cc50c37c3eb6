import Formats
import HTTP
import MissionEngine
import MissionModel
import MissionStore
import Posix
import Sandbox

/// What a client wants of a job besides its mission.
struct Order: Sendable {
  var context: JSONObject = [:]
  var priority = 0
  var workspace: String?
  var key: String?
  /// What was sent, where the document was made of it: a key stands for that.
  var sent: [UInt8]?
  /// Seconds to wait for the job's end; nil answers at once.
  var wait: Int?
}

// From a mission that is sound to the job's row, and to the answer.
extension API {
  /// Puts a job into the table and answers when it is there, or over.
  func submit(
    _ document: MissionIntake.Document, _ order: Order, for request: Request
  ) async throws(APIError) -> Response {
    let submission: Submission
    do throws(APIError) {
      if let reason = health.refusal { throw APIError(503, reason, headers: ["Retry-After": "5"]) }
      submission = try await self.submission(of: document, order, for: request)
    } catch {
      // What is no more or not now may be only for who asks for the first time.
      if let answer = try await repeated(document.bytes, order, for: request) { return answer }
      throw error
    }
    // Before there is a job: no end of it is missed, so nobody has to look whether it is over already.
    let watch = order.wait.map { _ in feed.watch(submission.id, for: .end) }
    switch try await table({ () throws(StoreError) in try await store.submit(submission) }) {
    case .accepted(let job):
      dispatcher.kick()
      return try await answer(job, wait: order.wait, watch, for: request)
    case .repeated(let job):
      return try await answer(job, wait: order.wait, for: request)
    case .keyInUse: throw Self.keyInUse
    case .queueFull:
      throw APIError(
        429, "limits.max_queued (\(intake.limits.maxQueued)) jobs wait already",
        headers: ["Retry-After": "5"])
    }
  }

  private func submission(
    of document: MissionIntake.Document, _ order: Order, for request: Request
  ) async throws(APIError) -> Submission {
    let mission = document.mission
    let id = makeJobID()
    var named = order.workspace ?? mission.config.workspace
    if let path = named { named = try await checkedWorkspace(path) }
    var submission = Submission(
      id: id, name: mission.name, version: mission.version, document: document.bytes,
      format: document.format, stepIDs: mission.steps.map(\.id), workspace: named ?? state.workspace(of: id),
      at: now())
    submission.isWorkspaceNamed = named != nil
    submission.actor = request.actor
    submission.context = order.context
    submission.priority = order.priority
    submission.labels = Dictionary(mission.labels.map { ($0.key, $0.value) }) { _, last in last }
    submission.warnings = document.warnings.map(Self.sentence)
    submission.idempotencyKey = order.key.map {
      Self.idempotencyKey($0, order.sent ?? document.bytes, for: request)
    }
    return submission
  }

  /// A key as the table has it, for a request with this content.
  static func idempotencyKey(
    _ key: String, _ content: [UInt8], for request: Request
  ) -> Submission.IdempotencyKey {
    Submission.IdempotencyKey(
      owner: request.caller?.name ?? "", key: key, fingerprint: request.fingerprint(content))
  }

  /// The answer to a mission that is refused: what is wrong with it, unless the request's key was used
  /// before. Then the key decides, as for every other repeat.
  func refused(
    _ error: ValidationError, _ content: [UInt8], _ order: Order, for request: Request
  ) async throws(APIError) -> Response {
    if let answer = try await repeated(content, order, for: request) { return answer }
    throw try await accounted(error, for: request)
  }

  /// The answer to a repeat: the job that its key made before. Nil for a new key, and where there is none.
  private func repeated(
    _ content: [UInt8], _ order: Order, for request: Request
  ) async throws(APIError) -> Response? {
    guard let key = order.key else { return nil }
    let asked = Self.idempotencyKey(key, order.sent ?? content, for: request)
    guard let job = try await earlier(asked) else { return nil }
    return try await answer(job, wait: order.wait, for: request)
  }

  /// The job that a key made before; nil for a new one.
  func earlier(_ key: Submission.IdempotencyKey) async throws(APIError) -> Job? {
    switch try await table({ () throws(StoreError) in try await store.earlier(key) }) {
    case .repeated(let job): return job
    case .keyInUse: throw Self.keyInUse
    case .accepted, .queueFull, nil: return nil
    }
  }

  /// The refusal of a mission, written into the audit trail first where it is the policy's.
  func accounted(
    _ error: ValidationError, for request: Request
  ) async throws(APIError) -> APIError {
    let refusal = APIError(error)
    if refusal.details.status == 403 { try await account(forDenialOf: request, refusal.details.detail) }
    return refusal
  }

  static var keyInUse: APIError {
    APIError(422, "the Idempotency-Key was used for another request before; use a new one")
  }

  private static func sentence(_ problem: Problem) -> String {
    let place = problem.pointer.isEmpty ? "" : "\(problem.pointer): "
    return place + problem.message + (problem.hint.map { "; \($0)" } ?? "")
  }

  /// A named workspace must be there already, below one of the folders that jobs may change.
  private func checkedWorkspace(_ path: String) async throws(APIError) -> String {
    do throws(WorkspaceRule.Refusal) { return try await workspace(path) } catch {
      throw APIError(
        400, error.reason, errors: [ValidationShape.problem(Problem(at: "/config/workspace", error.reason))])
    }
  }

  /// The directory that a job names as its workspace, free of links.
  func workspace(_ path: String) async throws(WorkspaceRule.Refusal) -> String {
    let roots = state.writePaths
    let closed = safety.policy.places.forbidden
    return try await BlockingWork.files.run { () throws(WorkspaceRule.Refusal) in
      try WorkspaceRule.judge(path, roots: roots, closed: closed)
    }
  }

  /// 202 with the summary, or 200 with all of the job if it ends while the client waits.
  ///
  /// - Parameter watch: on the job's end, from before there was one.
  func answer(
    _ job: Job, wait: Int?, _ watch: JobWatch? = nil, for request: Request
  ) async throws(APIError) -> Response {
    var job = job
    if let wait {
      let deadline = BootTime.now.advanced(by: .seconds(wait))
      let hasNews = await watch?.wait(until: deadline, for: request.client, on: loop) == .news
      if hasNews, let response = try await ended(job.id, wait: wait) { return response }
      job = try await finished(job.id, by: deadline, for: request) ?? job
      if job.state.isFinal, let response = try await ended(job.id, wait: wait) { return response }
    }
    return Self.json(
      202, JobShape.bytes(job), headers: ["Location": "/missions/\(job.id)", "Retry-After": "1"])
  }

  /// All of a job that ended while the client waited; nil where it goes on.
  private func ended(_ id: JobID, wait: Int) async throws(APIError) -> Response? {
    var (response, job) = try await fullAnswer(id, detail: .outputs)
    guard job.state.isFinal else { return nil }
    response.headers.append("Location", "/missions/\(id)")
    response.headers.append("Preference-Applied", "wait=\(wait)")
    return response
  }

  /// The job when it is over or the time is up; nil if it is gone.
  func finished(
    _ id: JobID, by deadline: BootTime, for request: Request
  ) async throws(APIError) -> Job? {
    // Before the first look: an end between the two is not missed.
    let watch = feed.watch(id, for: .end)
    while let job = try await table({ () throws(StoreError) in try await store.job(id) }) {
      if job.state.isFinal { return job }
      guard await watch.wait(until: deadline, for: request.client, on: loop) != .news else { continue }
      return try await table { () throws(StoreError) in try await store.job(id) }
    }
    return nil
  }
}

extension Request {
  /// A digest of all that makes a repeat the same request: path, query without `wait`, media type and
  /// content.
  func fingerprint(_ content: [UInt8]) -> [UInt8] {
    let query = rawQuery.split(separator: "&").filter { $0 != "wait" && !$0.hasPrefix("wait=") }
    var digest = SHA256()
    for part in [path, query.joined(separator: "&"), headers["Content-Type"] ?? ""] {
      digest.update(Array(part.utf8) + [0])
    }
    digest.update(content)
    return digest.finalize()
  }
}
