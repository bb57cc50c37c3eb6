package import Formats
package import MissionModel

/// A request on its way to its last answer, over redirects, and what came of it.
package struct WebExchange {
  private let began = ContinuousClock.now
  private let deadline: ContinuousClock.Instant
  private var last: WebRequest?
  private var answer: WebAnswer?
  private var text: [UInt8] = []
  private var bodyBytes = 0

  /// Bytes of an answer's text that a message shows.
  private static let shownBytes = 512
  /// Bytes of a redirect's body that are read, so that its connection can be used again.
  private static let drainedBytes = 64 << 10

  /// Gives the whole exchange until `deadline`.
  package init(_ deadline: ContinuousClock.Instant) { self.deadline = deadline }

  /// The status of the last answer; 0 before there is one.
  package var status: Int { answer?.status ?? 0 }
  /// `get https://example.com/a`.
  package var title: String { last?.title ?? "" }

  /// Sends `request` and follows redirects, at most `limit` of them.
  package mutating func run(
    _ request: WebRequest, follow limit: Int, over network: Network
  ) async throws(StepFailure) {
    var request = request
    let timeout = request.timeout
    var followed = 0
    while true {
      last = request
      let left = deadline - ContinuousClock.now
      guard left > .zero else {
        throw StepFailure("\(request.title): no complete answer before the timeout; raise timeout")
      }
      request.timeout = min(timeout, left)
      let answer = try await network.send(request)
      self.answer = answer
      guard limit > 0, let next = try Redirect.next(of: request, after: answer) else { return }
      guard followed < limit else {
        throw StepFailure("\(request.title): more than \(limit) redirects; raise follow_redirects")
      }
      followed += 1
      try await drain(answer)
      request = next
    }
  }

  /// Reads the body into memory.
  package mutating func readBody(limit: Int) async throws(StepFailure) {
    guard let answer else { return }
    while true {
      let piece = try await answer.read()
      if piece.isEmpty { break }
      bodyBytes += piece.count
      try check(limit)
      text += piece
    }
  }

  /// Writes the body to a file, which appears when it is whole.
  package mutating func keepBody(
    in path: String, limit: Int?, _ files: Files
  ) async throws(StepFailure) {
    guard let answer else { return }
    let lock = try await files.lock(path)
    defer { lock.release() }
    let writer = try await files.create(path, WriteOptions())
    while true {
      let piece = try await answer.read()
      if piece.isEmpty { break }
      bodyBytes += piece.count
      if let limit { try check(limit) }
      try await writer.write(piece)
    }
    _ = try await writer.commit()
  }

  /// True where the body is to be shown as text and is none.
  package var isDamagedText: Bool { UTF8Validation.firstInvalidByte(in: text) != nil }

  /// `: the first line of the text`, for messages; empty without one.
  package var startOfText: String {
    let start = String(decoding: text.prefix(Self.shownBytes), as: UTF8.self)
    let line = start.prefix { !$0.isNewline }
    return line.isEmpty ? "" : ": \(line)"
  }

  /// The step's output as far as it is known.
  package func output(method: String, url: String, outputFile: String?, error: String?) -> JSON {
    [
      "url": .string(last?.url.shown ?? (try? WebAddress(url).shown) ?? ""),
      "method": .string(last?.method ?? method), "status": answer.map { JSON($0.status) } ?? .null,
      "headers": .object(headers), "response": outputFile == nil && answer != nil ? response : .null,
      "body_bytes": JSON(bodyBytes),
      "duration_ms": JSON(Int((ContinuousClock.now - began) / .milliseconds(1))),
      "remote_ip": JSON(answer?.remoteAddress), "output_file": JSON(outputFile), "error": JSON(error),
    ]
  }

  private func check(_ limit: Int) throws(StepFailure) {
    guard bodyBytes > limit else { return }
    throw StepFailure(
      "\(title): the body is longer than \(limit) bytes; raise max_body_bytes or use output_file")
  }

  private func drain(_ answer: WebAnswer) async throws(StepFailure) {
    var count = 0
    while count < Self.drainedBytes {
      let piece = try await answer.read()
      if piece.isEmpty { return }
      count += piece.count
    }
  }

  private var headers: JSONObject {
    var object = JSONObject()
    for (name, value) in answer?.headers ?? [] {
      let key = name.lowercased()
      object[key] = .string(object[key]?.stringValue.map { "\($0), \(value)" } ?? value)
    }
    return object
  }

  /// The body: its value where it is JSON, else its text.
  package var response: JSON {
    let type = answer?.header("content-type")?.prefix { $0 != ";" }.lowercased() ?? ""
    let isJSON = type.hasSuffix("/json") || type.hasSuffix("+json")
    if isJSON, let value = try? JSONParser.parse(text) { return value }
    return .string(String(decoding: text, as: UTF8.self))
  }
}
