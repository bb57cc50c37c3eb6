import Formats
import HTTP
import MissionModel
import MissionStore

// What has been done here, by whom and for which job; and whether that account is as it was written.
extension API {
  var auditEndpoints: [Endpoint] { [auditEndpoint("/audit"), auditEndpoint("/audit/events")] }

  private func auditEndpoint(_ path: String) -> Endpoint {
    Endpoint(
      .get, path, "Gives the audit trail, newest first, and whether its chain verifies.", scope: .admin,
      handler: handler { request throws(APIError) in try await audit(request, at: path) }
    ).with {
      $0.query = [
        .init("mission_id", ["type": "string"], "Only what is about this job."),
        .init("since", ["type": "string", "format": "date-time"], "Only what was written then or later."),
        .init("until", ["type": "string", "format": "date-time"], "Only what was written before."),
        .init("limit", ["type": "integer", "minimum": 1, "maximum": 500], "Entries on a page."),
        .init("cursor", ["type": "string"], "Where the page before ended."),
        .init("verify", ["enum": ["all"]], "Verify the whole chain, not only what came since the last time."),
      ]
      $0.answers = [.init(200, "A page.", schema: "AuditPage")]
      $0.problems = [400, 503]
    }
  }

  private func audit(_ request: Request, at path: String) async throws(APIError) -> Response {
    let query = try request.checkedQuery(["mission_id", "since", "until", "limit", "cursor", "verify"])
    let filter = try Self.auditFilter(query)
    if let text = query["verify"], text != "all" {
      throw APIError(400, "verify must be all, not \"\(text)\"")
    }
    let page = try await table { () throws(StoreError) in try await store.audit(filter) }
    let verdict = try await table { () throws(StoreError) in
      try await auditWatch.verify(fromStart: query["verify"] != nil)
    }
    let cursor = page.next.map { String($0, radix: 36) }
    let bytes = AuditShape.bytes(page, verdict, cursor: cursor)
    guard let cursor else { return Self.json(200, bytes) }
    let kept =
      query.items.filter { $0.name != "cursor" && $0.name != "verify" }.map { ($0.name, $0.value) }
      + [("cursor", cursor)]
    let text = kept.map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }
    return Self.json(
      200, bytes, headers: ["Link": "<\(path)?\(text.joined(separator: "&"))>; rel=\"next\""])
  }

  private static func auditFilter(_ query: Query) throws(APIError) -> AuditFilter {
    var filter = AuditFilter()
    filter.limit = try query.integer("limit", 1...JobStore.pageLimit) ?? 100
    if let text = query["mission_id"] {
      guard let id = JobID(text) else { throw APIError(400, "mission_id \"\(text.prefix(80))\" is no id") }
      filter.jobID = id
    }
    filter.since = try instant("since", query)
    filter.until = try instant("until", query)
    if let cursor = query["cursor"] {
      guard let number = Int64(cursor, radix: 36), number > 0 else {
        throw APIError(400, "cursor \"\(cursor)\" is none that a page gave")
      }
      filter.cursor = number
    }
    return filter
  }

  private static func instant(_ name: String, _ query: Query) throws(APIError) -> Timestamp? {
    guard let text = query[name] else { return nil }
    guard let instant = Timestamp(text) else {
      throw APIError(400, "\(name) must be a time such as 2026-01-31T12:00:00Z, not \"\(text)\"")
    }
    return instant
  }

  /// Writes down that the policy refused a request; what cannot be written down is refused all the same.
  func account(forDenialOf request: Request, _ reason: String) async throws(APIError) {
    let entry = AuditEntry(
      .denied, at: now(), by: request.actor,
      details: ["path": .string(request.path), "reason": .string(reason)])
    try await table { () throws(StoreError) in try await store.auditTrail.record([entry]) }
  }
}

extension Request {
  /// Who the audit trail says it was.
  var actor: AuditActor {
    let address =
      switch peer {
      case .tcp(let address, _): address
      case .unix: "unix"
      }
    return AuditActor(name: caller?.name ?? "local", address: address)
  }
}
