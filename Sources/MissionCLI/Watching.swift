import Formats
import HTTP

/// Follows a job of the daemon by its event stream, and goes on after a broken connection.
struct Watching {
  private let server: Server
  private let id: String
  private let arguments: Arguments
  private let console: Console
  private let start = ContinuousClock.now

  /// Tries to reach a server that went away, each a second after the other.
  private static let reconnects = 60

  init(_ server: Server, _ id: String, _ arguments: Arguments, _ console: Console) {
    self.server = server
    self.id = id
    self.arguments = arguments
    self.console = console
  }

  /// Prints what the server answered to a submission, or with `--wait` follows the new job to its end.
  static func follow(
    _ job: JSON, _ server: Server, _ arguments: Arguments, _ console: Console
  ) async throws(CommandError) -> ExitStatus {
    guard let id = job["id"]?.stringValue else {
      throw CommandError(.unreachable, "the server's answer names no job; is it a missiond?")
    }
    guard arguments.has("--wait") else {
      console.print(arguments.has("--json") ? job.pretty : id)
      return .completed
    }
    return try await Watching(server, id, arguments, console).follow(printsJob: true)
  }

  /// Shows events until the job is over; then, if asked, the job.
  func follow(printsJob: Bool) async throws(CommandError) -> ExitStatus {
    let limit: Int?
    do throws(UsageError) { limit = try arguments.integer("--timeout", in: 0...Int.max / 1000) } catch {
      throw CommandError(error)
    }
    let (_, job) = try await server.json(.get, "/missions/\(id)?include=summary")
    if let status = job["status"]?.stringValue, JobText.exit(status) != nil {
      if !printsJob { showEnd(job, status) }
    } else {
      let ended = await withLimit(limit) { await stream(job) }
      switch ended {
      case .success(true): break
      case .success(false):
        console.note("timed out waiting after \(limit ?? 0) s; the job goes on: mission watch \(id)")
        return .timedOut
      case .failure(let error): throw error
      }
    }
    let last = try await finalJob()
    if arguments.has("--json") {
      console.print(last.pretty)
    } else if printsJob {
      console.print(JobText.full(last))
    }
    return JobText.exit(last["status"]?.stringValue) ?? .failed
  }

  /// The job after its end; a server that stopped just then is waited for.
  private func finalJob() async throws(CommandError) -> JSON {
    var misses = 0
    while true {
      do { return try await server.json(.get, "/missions/\(id)").json } catch {
        misses += 1
        guard error.status == .unreachable, misses <= Self.reconnects else { throw error }
        if misses > 1 { await Self.pause() }
      }
    }
  }

  /// Shows the end of a job that was over before the watch began, as its event would have been shown.
  private func showEnd(_ job: JSON, _ status: String) {
    var view = makeView(job)
    console.writeError(
      Array(
        view.take(
          ProgressView.News("job.finished", status: status, error: job["error"]?.stringValue, elapsed: 0)
        ).utf8))
  }

  private func makeView(_ job: JSON) -> ProgressView {
    ProgressView(
      total: Int(job["progress"]?["total"]?.integerValue ?? 0), isLive: console.errorIsTerminal,
      usesColor: console.usesColor, width: console.width)
  }

  private func stream(_ job: JSON) async -> Result<Bool, CommandError> {
    var view = makeView(job)
    var last: String?
    var misses = 0
    while !Task.isCancelled {
      let before = last
      var failure = CommandError(.unreachable, "the server ends each stream of events at once")
      do {
        if try await read(&view, &last) { return .success(true) }
      } catch {
        guard error.status == .unreachable else { return .failure(error) }
        failure = error
      }
      // A stream that brought news was no miss: what comes next is asked for at once.
      misses = last == before ? misses + 1 : 0
      guard misses <= Self.reconnects else { return .failure(failure) }
      if misses > 0 { await Self.pause() }
    }
    return .success(false)
  }

  /// Gives a server that went away time to come back.
  private static func pause() async {
    // A cancel ends the wait, and whoever waits looks for that itself.
    try? await ContinuousClock().sleep(for: .seconds(1))
  }

  /// Reads one stream to its end; true if the job is over.
  private func read(_ view: inout ProgressView, _ last: inout String?) async throws(CommandError) -> Bool {
    var headers: Headers = ["Accept": "text/event-stream"]
    if let last { headers.set("Last-Event-ID", last) }
    let answer = try await server.send(.get, "/missions/\(id)/events", headers: headers)
    guard answer.status.code == 200 else {
      throw Server.refusal(answer.status.code, try await Server.content(of: answer))
    }
    var parser = EventStreamParser()
    do {
      while let piece = try await answer.body.next() {
        for event in try parser.take(piece) {
          if let id = event.id { last = id }
          console.writeError(Array(view.take(news(event)).utf8))
          if event.event == "job.finished" { return true }
        }
      }
    } catch {
      throw Server.explain(error)
    }
    return false
  }

  private func news(_ event: ServerSentEvent) -> ProgressView.News {
    // An event that says nothing is shown by its name.
    let data = (try? JSONParser.parse(event.data)) ?? .null
    return ProgressView.News(
      event.event ?? "", stepID: data["step_id"]?.stringValue,
      attempt: data["attempt"]?.integerValue.map(Int.init),
      status: data["status"]?.stringValue, error: data["error"]?.stringValue,
      elapsed: Int64((ContinuousClock.now - start).components.seconds * 1000)
        + (ContinuousClock.now - start).components.attoseconds / 1_000_000_000_000_000)
  }

  /// Runs `body` for at most `seconds`; false when they passed first.
  private func withLimit(
    _ seconds: Int?, _ body: @escaping @Sendable () async -> Result<Bool, CommandError>
  ) async -> Result<Bool, CommandError> {
    guard let seconds else { return await body() }
    return await withTaskGroup(of: Result<Bool, CommandError>.self) { group in
      group.addTask { await body() }
      group.addTask {
        // Cancelled when `body` was faster: then nobody looks at what this returns.
        try? await ContinuousClock().sleep(for: .seconds(seconds))
        return .success(false)
      }
      let first = await group.next() ?? .success(false)
      group.cancelAll()
      return first
    }
  }
}
