import Formats
import HTTP
import MissionStore
package import Telemetry

/// What one part of the daemon adds to `/metrics`.
package struct MetricsSection: Sendable {
  /// Writes its measurements.
  package let write: @Sendable (inout MetricsPage) -> Void

  /// Wraps what writes them.
  package init(_ write: @escaping @Sendable (inout MetricsPage) -> Void) { self.write = write }
}

// For those who watch over the daemon.
extension API {
  var serviceEndpoints: [Endpoint] {
    [
      Endpoint(
        .get, "/livez", "Answers as long as the event loop turns.", scope: nil,
        shortcut: { _ in Response(200, text: "ok\n") }, handler: { _ in Response(200, text: "ok\n") }
      ).with { $0.answers = [.init(200, "It turns.", mediaType: "text/plain")] },
      readiness("/readyz"),
      readiness("/healthz"),
      Endpoint(
        .get, "/version", "Says which version this is.", scope: nil,
        handler: { _ in Self.json(200, ["name": "missiond", "version": .string(Version.text), "api": "1"]) }
      ).with { $0.answers = [.init(200, "The version.")] },
      Endpoint(.get, "/metrics", "Gives measurements for Prometheus.", handler: { _ in await metrics() })
        .with { $0.answers = [.init(200, "The measurements.", mediaType: "text/plain")] },
    ]
  }

  private func readiness(_ path: String) -> Endpoint {
    Endpoint(
      .get, path, "Says whether new work is taken: database writable, disk space, not draining.", scope: nil,
      handler: { [health] _ in
        let reasons = health.reasons
        guard !reasons.isEmpty else { return Self.json(200, ["status": "ready", "reasons": []]) }
        let texts = reasons.map { JSON.string($0.reason) }
        return Self.json(503, ["status": "not_ready", "reasons": .array(texts)])
      }
    ).with {
      $0.answers = [.init(200, "It is ready.")]
      $0.problems = [503]
    }
  }

  private func metrics() async -> Response {
    var page = MetricsPage()
    for section in await measure() { section.write(&page) }
    return Response(200, Array(page.text.utf8), type: MetricsPage.mediaType)
  }
}
