import Formats
import HTTP
import MissionModel
import MissionStore
import Posix

// Jobs as they stand: one, a page of them, the document of one.
extension API {
  var jobEndpoints: [Endpoint] {
    [
      Endpoint(
        .get, "/missions", "Lists jobs, newest first.",
        handler: handler(list)
      ).with {
        $0.query = [
          .init(
            "status", ["enum": ["queued", "running", "completed", "failed", "cancelled"]], "Only these."),
          .init("name", ["type": "string"], "Only jobs of missions with this name."),
          .init("label.KEY", ["type": "string"], "Only jobs with this label; several must all hold."),
          .init("limit", ["type": "integer", "minimum": 1, "maximum": 500], "Jobs on a page."),
          .init("cursor", ["type": "string"], "Where the page before ended."),
        ]
        $0.answers = [.init(200, "A page.", schema: "JobPage")]
        $0.problems = [400]
      },
      Endpoint(
        .get, "/missions/{id}", "Shows a job.",
        shortcut: { [answers] request in Self.cachedAnswer(to: request, from: answers) },
        handler: handler(job)
      ).with {
        $0.query = [
          .init("include", ["enum": ["summary", "steps", "outputs"]], "How much of it."),
          .init(
            "wait", ["type": "integer", "minimum": 0, "maximum": 300],
            "Seconds to wait: with If-None-Match for a change, without for the job's end."),
        ]
        $0.answers = [
          .init(200, "The job.", schema: "Job"), .init(304, "It is as the client knows it.", mediaType: ""),
        ]
        $0.problems = [400, 404]
      },
      Endpoint(
        .get, "/missions/{id}/document", "Gives the mission as it was sent.",
        handler: handler(document)
      ).with {
        $0.answers = [.init(200, "The document.", mediaType: "application/yaml")]
        $0.problems = [404]
      },
    ]
  }

  /// Answers from the cache what polls of finished jobs ask for, without a task.
  private static func cachedAnswer(to request: Request, from answers: AnswerCache) -> Response? {
    guard !request.hasQuery, let id = JobID(request.parameters["id"]) else { return nil }
    guard let cached = answers.answer(id, .outputs) else { return nil }
    guard request.hasCurrent(cached.tag) else { return cached.response }
    return Response(304, headers: ["ETag": cached.tag])
  }

  private func job(_ request: Request) async throws(APIError) -> Response {
    let id = try request.jobID()
    let query = try request.checkedQuery(["include", "wait"])
    let detail = try request.detail(query)
    if let wait = try request.wait(query), wait > 0 {
      try await waitForNews(of: id, detail, within: .seconds(wait), request)
    }
    if request.headers.contains("If-None-Match") {
      let job = try await knownJob(id)
      let tag = Self.tag(of: job, detail)
      if request.hasCurrent(tag) { return Response(304, headers: ["ETag": tag]) }
    }
    return try await fullAnswer(id, detail: detail).response
  }

  /// Returns when the answer to this request would be another than the client has, when the job is over,
  /// or when the time is up.
  private func waitForNews(
    of id: JobID, _ detail: JobDetail, within wait: Duration, _ request: Request
  ) async throws(APIError) {
    guard request.headers.contains("If-None-Match") else {
      _ = try await finished(id, by: BootTime.now.advanced(by: wait), for: request)
      return
    }
    let watch = feed.watch(id)
    var job = try await knownJob(id)
    let deadline = BootTime.now.advanced(by: wait)
    while request.hasCurrent(Self.tag(of: job, detail)) {
      guard await watch.wait(until: deadline, for: request.client, on: loop) == .news else { return }
      job = try await knownJob(id)
    }
  }

  /// A strong tag: an answer is a function of the job's revision and of how much is shown.
  static func tag(of job: Job, _ detail: JobDetail) -> String { "\"\(job.revision)-\(detail.rawValue)\"" }

  /// The job's row, or 404.
  func knownJob(_ id: JobID) async throws(APIError) -> Job {
    guard let job = try await table({ () throws(StoreError) in try await store.job(id) }) else {
      throw .unknownJob(id.description)
    }
    return job
  }

  /// The whole answer about a job, kept for others where the job is over.
  func fullAnswer(_ id: JobID, detail: JobDetail) async throws(APIError) -> (response: Response, job: Job) {
    if let cached = answers.answer(id, detail) {
      return (cached.response, try await knownJob(id))
    }
    let changes = answers.changes
    let (job, results) = try await read(id, detail)
    let bytes = await Self.render(job, results, detail)
    var response = Self.json(200, bytes)
    let tag = Self.tag(of: job, detail)
    response.headers.append("ETag", tag)
    if job.state.isFinal { answers.keep(response, tag: tag, for: id, detail, asOf: changes) }
    return (response, job)
  }

  @concurrent
  private static func render(_ job: Job, _ results: [StoredResult]?, _ detail: JobDetail) async -> [UInt8] {
    JobShape.bytes(job, results: results, detail: detail)
  }

  private func read(_ id: JobID, _ detail: JobDetail) async throws(APIError) -> (Job, [StoredResult]?) {
    guard detail != .summary else { return (try await knownJob(id), nil) }
    let outputs = detail == .outputs ? OutputChoice.ifTogether(atMost: JobShape.outputBudget) : .none
    let reader = JobReader(store, id, outputs: outputs)
    guard let (job, results) = try await table({ () throws(StoreError) in try await reader.read() }) else {
      throw .unknownJob(id.description)
    }
    return (job, results)
  }

  // MARK: Lists and documents

  private func list(_ request: Request) async throws(APIError) -> Response {
    let query = try request.checkedQuery(["status", "name", "limit", "cursor"], prefixes: ["label."])
    var filter = JobFilter()
    filter.name = query["name"]
    filter.limit = try query.integer("limit", 1...JobStore.pageLimit) ?? 100
    for item in query.items(prefixed: "label.") { filter.labels[item.name] = item.value }
    if let status = query["status"] {
      let known = ["queued", "running"] + JobState.Outcome.allCases.map(\.rawValue)
      guard known.contains(status) else {
        throw APIError(400, "status must be one of \(known.joined(separator: ", ")), not \"\(status)\"")
      }
      filter.status = status
    }
    if let cursor = query["cursor"] {
      guard let number = Int64(cursor, radix: 36), number > 0 else {
        throw APIError(400, "cursor \"\(cursor)\" is none that a page gave")
      }
      filter.cursor = number
    }
    let asked = filter
    let page = try await table { () throws(StoreError) in try await store.list(asked) }
    return Self.page(page, query)
  }

  private static func page(_ page: JobPage, _ query: Query) -> Response {
    let cursor = page.next.map { String($0, radix: 36) }
    var writer = JSONWriter(capacity: 512 * (page.jobs.count + 1))
    writer.beginObject()
    writer.key("missions")
    writer.beginArray()
    for job in page.jobs { JobShape.write(job, to: &writer) }
    writer.endArray()
    writer.member("next_cursor", cursor)
    writer.endObject()
    guard let cursor else { return json(200, writer.bytes) }
    let kept = query.items.filter { $0.name != "cursor" }.map { ($0.name, $0.value) } + [("cursor", cursor)]
    let text = kept.map { "\(escape($0.0))=\(escape($0.1))" }.joined(separator: "&")
    return json(200, writer.bytes, headers: ["Link": "</missions?\(text)>; rel=\"next\""])
  }

  private static func escape(_ text: String) -> String { PercentEncoding.encode(text) }

  private func document(_ request: Request) async throws(APIError) -> Response {
    let id = try request.jobID()
    let found = try await table { () throws(StoreError) in try await store.document(of: id) }
    guard let found else { throw .unknownJob(id.description) }
    let type =
      switch found.format {
      case .json: "application/json"
      case .yaml: "application/yaml"
      }
    return Response(200, found.bytes, type: type)
  }
}
