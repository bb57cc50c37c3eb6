import HTTP
import MissionEngine
import MissionModel
import MissionStore
import Posix
import Sandbox
import Telemetry

/// What `/metrics` shows of this daemon.
struct ServerMetrics: Sendable {
  let server: HTTPServer
  let store: JobStore
  let dispatcher: Dispatcher
  let models: ModelLedger

  /// Asks every part for its figures.
  func sections() async -> [MetricsSection] {
    let counters = await server.counters
    let running = await dispatcher.runningCount
    let jobs = await jobCounts()
    let process = await BlockingWork.files.run { Self.process() }
    return [
      MetricsSection { Self.write(counters, to: &$0) },
      MetricsSection { page in
        page.add(.gauge, "missiond_executors_busy", "Jobs carried out now.", running)
        if let jobs {
          page.add(.gauge, "missiond_jobs_queued", "Jobs that wait.", jobs.queued)
          page.add(.gauge, "missiond_jobs_running", "Jobs that have started and are not over.", jobs.running)
        }
        page.add(.gauge, "missiond_database_up", "Whether the job table answers.", jobs == nil ? 0 : 1)
      },
      MetricsSection { [models] in Self.write(models.sums, to: &$0) },
      MetricsSection { page in if let process { Self.write(process, to: &page) } },
    ]
  }

  private func jobCounts() async -> (queued: Int, running: Int)? {
    do throws(StoreError) { return try await store.counts() } catch { return nil }
  }

  private static func process() -> ProcessStatistics? {
    do throws(Errno) { return try ProcessStatistics.current() } catch { return nil }
  }

  private static func write(_ counters: ServerCounters, to page: inout MetricsPage) {
    page.add(
      .counter, "missiond_http_requests_total", "Answers by route, method and status.",
      counters.requests.map { request in
        (
          [
            "route": request.route ?? "", "method": request.method, "status": String(request.status),
          ], Double(request.count)
        )
      })
    page.add(
      "missiond_http_request_seconds", "Time from a request's head to the end of its answer.",
      counters.durations)
    page.add(.gauge, "missiond_http_connections", "Connections open now.", counters.connectionsOpen)
    page.add(
      .counter, "missiond_http_connections_total", "Connections taken.", counters.connectionsAccepted)
    page.add(.counter, "missiond_http_received_bytes_total", "Bytes received.", counters.bytesReceived)
    page.add(.counter, "missiond_http_sent_bytes_total", "Bytes sent.", counters.bytesSent)
  }

  private static func write(_ models: [ModelLedger.Entry], to page: inout MetricsPage) {
    page.add(
      .counter, "missiond_model_requests_total", "Answers of models.",
      models.map { (["provider": $0.provider, "model": $0.model], Double($0.requests)) })
    page.add(
      .counter, "missiond_model_tokens_total", "Tokens that models read and wrote.",
      models.flatMap { model in
        [("prompt", model.tokens.prompt), ("completion", model.tokens.completion)].map { kind, count in
          (["provider": model.provider, "model": model.model, "kind": kind], Double(count))
        }
      })
  }

  private static func write(_ process: ProcessStatistics, to page: inout MetricsPage) {
    page.add(
      .gauge, "process_resident_memory_bytes", "Memory in RAM.", Double(process.residentBytes))
    page.add(.gauge, "process_open_fds", "Descriptors in use.", process.openDescriptors)
    page.add(.gauge, "process_threads", "Threads.", process.threads)
    page.add(
      .counter, "process_cpu_seconds_total", "Processor time.", process.userSeconds + process.systemSeconds)
  }
}
