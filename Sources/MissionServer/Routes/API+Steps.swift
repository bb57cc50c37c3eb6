import Formats
import HTTP
import MissionModel
import MissionStore
import Posix
import Sandbox

// One step of a job: its result with its attempts, and what its processes wrote.
extension API {
  var stepEndpoints: [Endpoint] {
    [
      Endpoint(
        .get, "/missions/{id}/steps/{step}", "Shows a step's result, whole, with its attempts.",
        handler: handler(step)
      ).with {
        $0.answers = [.init(200, "The result.", schema: "StepResult")]
        $0.problems = [404]
      },
      Endpoint(
        .get, "/missions/{id}/steps/{step}/log", "Gives what the processes of a step wrote.",
        handler: handler(log)
      ).with {
        $0.query = [
          .init("stream", ["enum": ["stdout", "stderr"]], "Only one of the streams."),
          .init(
            "attempt", ["type": "integer", "minimum": 1], "Which attempt; the last where none is named."),
          .init("follow", ["type": "boolean"], "Go on until the attempt is over."),
        ]
        $0.answers = [
          .init(200, "The bytes.", mediaType: "text/plain"),
          .init(206, "The part that Range asks for.", mediaType: "text/plain"),
        ]
        $0.problems = [400, 404, 416]
      },
    ]
  }

  private func step(_ request: Request) async throws(APIError) -> Response {
    let (stored, attempts) = try await knownStep(request, includesOutput: true)
    var writer = JSONWriter(capacity: 1024 + stored.outputSize)
    StepResultShape.write(stored, attempts: attempts, to: &writer)
    return Self.json(200, writer.bytes)
  }

  private func knownStep(
    _ request: Request, includesOutput: Bool
  ) async throws(APIError) -> (stored: StoredResult, attempts: [AttemptRecord]) {
    let id = try request.jobID()
    let name = request.parameters["step"]
    let found = try await table { () throws(StoreError) in
      try await store.step(name, of: id, includesOutput: includesOutput)
    }
    if let found { return found }
    _ = try await knownJob(id)
    throw APIError(404, "mission \(id) has no step \"\(name.prefix(128))\"")
  }

  // MARK: Logs

  private static let logType = "text/plain; charset=utf-8"

  private func log(_ request: Request) async throws(APIError) -> Response {
    let query = try request.checkedQuery(["stream", "attempt", "follow"])
    let id = try request.jobID()
    let (stored, attempts) = try await knownStep(request, includesOutput: false)
    let name = stored.result.stepID
    let stream = try Self.stream(query)
    let number = try query.integer("attempt", 1...Int(Int32.max)) ?? max(1, attempts.last?.number ?? 1)
    guard number <= max(1, attempts.last?.number ?? 1) else {
      throw APIError(404, "step \"\(name)\" has no attempt \(number), only \(stored.result.attempts)")
    }
    let reader = AttemptLogReader(
      AttemptLogName(root: state.logs, job: id, stepID: name, attempt: number))
    if query.isSet("follow") {
      return follow(LogFollower(reader: reader, stream: stream), attempt: number, request, id)
    }
    let map: StreamMap
    do throws(Errno) {
      map = try await BlockingWork.files.run { () throws(Errno) in try reader.map() }
    } catch { throw APIError(503, "the log cannot be read: \(error)") }
    if stream == nil || map.size(of: stream) == map.size(of: nil) {
      return try await wholeLog(reader, map, request)
    }
    return piecedLog(LogFollower(reader: reader, stream: stream), size: Int(map.size(of: stream)), request)
  }

  private static func stream(_ query: Query) throws(APIError) -> StepLog.Stream? {
    switch query["stream"] {
    case nil: return nil
    case "stdout": return .stdout
    case "stderr": return .stderr
    case let other?: throw APIError(400, "stream must be stdout or stderr, not \"\(other)\"")
    }
  }

  /// The log's own file, which the kernel copies to the client.
  private func wholeLog(
    _ reader: AttemptLogReader, _ map: StreamMap, _ request: Request
  ) async throws(APIError) -> Response {
    let file: OpenFile?
    do throws(Errno) {
      file = try await BlockingWork.files.run { () throws(Errno) in
        guard let file = try reader.open() else { return nil }
        return OpenFile(file)
      }
    } catch { throw APIError(503, "the log cannot be read: \(error)") }
    guard let file else { return Response(200, [], type: Self.logType) }
    return .file(FilePiece(file, count: Int(map.size(of: nil))), type: Self.logType, for: request)
  }

  /// The bytes of one stream, which lie in pieces of the file.
  private func piecedLog(_ log: LogFollower, size: Int, _ request: Request) -> Response {
    var headers: Headers = ["Content-Type": Self.logType, "Accept-Ranges": "bytes"]
    var range = 0..<size
    var status: Status = 200
    switch ByteRange(request.headers["Range"], size: size) {
    case .whole: break
    case .part(let part):
      (range, status) = (part, 206)
      headers.append("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)")
    case .unsatisfiable: return .unsatisfiable(size: size)
    }
    let body = BodyStream(count: range.count) { [range] writer throws(StreamError) in
      _ = try await log.send(from: Int64(range.lowerBound), to: Int64(range.upperBound), writer)
    }
    return Response(status, headers: headers, body: .stream(body))
  }

  /// What is there and what comes, until the attempt is over or the client leaves.
  private func follow(
    _ log: LogFollower, attempt number: Int, _ request: Request, _ id: JobID
  ) -> Response {
    let step = request.parameters["step"]
    let body = BodyStream { [self] writer throws(StreamError) in
      let watch = feed.watch(id)
      var position: Int64 = 0
      while true {
        // In this order: what an attempt wrote before its end was recorded is read after that is known.
        let isOver = await isOver(step, attempt: number, of: id)
        position = try await log.send(from: position, to: .max, writer)
        if isOver { return }
        let deadline = BootTime.now.advanced(by: LogFollower.pause)
        switch await watch.wait(until: deadline, for: writer.client, on: loop) {
        case .news, .timeout: break
        case .gone: throw .clientGone
        case .closed: return
        }
      }
    }
    return Response(
      200, headers: ["Content-Type": Self.logType, "Cache-Control": "no-store"], body: .stream(body))
  }

  private func isOver(_ step: String, attempt number: Int, of id: JobID) async -> Bool {
    do throws(StoreError) {
      guard let job = try await store.job(id), !job.state.isFinal else { return true }
      guard let found = try await store.step(step, of: id, includesOutput: false) else { return true }
      if found.stored.result.status.isFinal { return true }
      return found.attempts.first { $0.number == number }?.finishedAt != nil
    } catch {
      return false
    }
  }
}
