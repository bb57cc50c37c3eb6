import Formats
package import HTTP
import MissionEngine
import MissionModel
import MissionStore
import Posix
import Sandbox

/// The HTTP API of the daemon: what its routes work with, and the table of its endpoints.
package struct API: Sendable {
  /// The job table.
  let store: JobStore
  /// Verifies the audit trail.
  let auditWatch: AuditWatch
  /// Carries jobs out.
  let dispatcher: Dispatcher
  /// Tells who waits for a job.
  let feed: JobFeed
  /// Turns documents into missions.
  let intake: MissionIntake
  /// The loop that the server runs on.
  let loop: EventLoop
  /// What missions may do, and how their processes are confined.
  let safety: (policy: LivePolicy, confinement: Confinement)
  /// Where logs and workspaces are.
  let state: StateLayout
  /// Whether the daemon takes new work, and why not.
  let health: Health
  /// What this host has of what step types need.
  let host: HostInventory
  /// How often a quiet stream of events sends a comment.
  let keepAlive: Duration
  let answers = AnswerCache()
  let makeJobID: @Sendable () -> JobID
  let now: @Sendable () -> Timestamp
  /// Adds what other parts count to the page of `/metrics`.
  let measure: @Sendable () async -> [MetricsSection]

  /// Every endpoint, in the order of the OpenAPI document.
  var endpoints: [Endpoint] {
    submissionEndpoints + jobEndpoints + stepEndpoints + eventEndpoints + changeEndpoints
      + auditEndpoints + referenceEndpoints + serviceEndpoints
  }

  /// What the server is made of.
  package var router: Router { Router(endpoints.map(\.route), overview: "/openapi.json") }

  /// Makes a handler that may throw.
  func handler(
    _ body: @escaping @Sendable (Request) async throws(APIError) -> Response
  ) -> Route.Handler {
    { request in
      do throws(APIError) { return try await body(request) } catch { return error.response }
    }
  }

  /// Asks the job table, in the words of the API.
  func table<Value>(_ call: () async throws(StoreError) -> Value) async throws(APIError) -> Value {
    do throws(StoreError) { return try await call() } catch {
      // `HealthWatch` tries the table until it works again.
      if error.kind == .unavailable { health.set(.database, error.message) }
      throw APIError(error)
    }
  }

  /// An answer of JSON.
  static func json(_ status: Status, _ bytes: consuming [UInt8], headers: Headers = [:]) -> Response {
    bytes.append(UInt8(ascii: "\n"))
    var response = Response(status, headers: headers, body: .bytes(bytes))
    response.headers.append("Content-Type", "application/json")
    return response
  }

  /// An answer of JSON.
  static func json(_ status: Status, _ value: JSON, headers: Headers = [:]) -> Response {
    var writer = JSONWriter()
    writer.value(value)
    return json(status, writer.bytes, headers: headers)
  }
}
