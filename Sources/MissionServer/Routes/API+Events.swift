import HTTP
import MissionModel
import MissionStore
import Posix

// The story of a job as it happens.
extension API {
  var eventEndpoints: [Endpoint] {
    [
      Endpoint(
        .get, "/missions/{id}/events", "Streams the events of a job, each once it is committed.",
        handler: handler(events)
      ).with {
        $0.answers = [.init(200, "Server-sent events.", mediaType: "text/event-stream")]
        $0.problems = [400, 404]
      }
    ]
  }

  private static let pageSize = 500

  private func events(_ request: Request) async throws(APIError) -> Response {
    let id = try request.jobID()
    _ = try request.checkedQuery([])
    var last: Int64 = 0
    if let text = request.headers["Last-Event-ID"] {
      guard let sequence = Int64(text), sequence >= 0 else {
        throw APIError(400, "Last-Event-ID must be the id of an event, not \"\(text)\"")
      }
      last = sequence
    }
    _ = try await knownJob(id)
    let body = BodyStream { [self, last] writer throws(StreamError) in
      try await stream(id, after: last, to: writer)
    }
    let headers: Headers = [
      "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no",
    ]
    return Response(200, headers: headers, body: .stream(body))
  }

  private func stream(_ id: JobID, after start: Int64, to writer: BodyWriter) async throws(StreamError) {
    let watch = feed.watch(id)
    var last = start
    var quietSince = BootTime.now
    while true {
      while case let events = try await page(id, after: last), !events.isEmpty {
        for event in events {
          try await writer.write(EventShape.serverSent(event, of: id))
          last = event.sequence
          if event.kind == .jobFinished { return }
        }
        quietSince = BootTime.now
      }
      if try await isOver(id, after: last) { return }
      switch await watch.wait(
        until: quietSince.advanced(by: keepAlive), for: writer.client, on: loop)
      {
      case .news: break
      case .timeout:
        try await writer.write(ServerSentEvent.keepAlive)
        quietSince = BootTime.now
      case .gone: throw .clientGone
      case .closed: return
      }
    }
  }

  private func page(_ id: JobID, after last: Int64) async throws(StreamError) -> [JobEvent] {
    do throws(StoreError) {
      return try await store.events(of: id, after: last, limit: Self.pageSize) ?? []
    } catch { throw .failed(error.message) }
  }

  /// True for a job that is gone or over: a client that resumes after the final event gets no other.
  private func isOver(_ id: JobID, after last: Int64) async throws(StreamError) -> Bool {
    do throws(StoreError) {
      guard let job = try await store.job(id) else { return true }
      guard job.state.isFinal else { return false }
      // It may have ended between the page and this look.
      return try await store.events(of: id, after: last, limit: 1)?.isEmpty ?? true
    } catch { throw .failed(error.message) }
  }
}
