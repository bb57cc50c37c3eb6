import Formats
import MissionModel

/// Requests: sent, tried again, and refusals said in words.
extension ModelsLive {
  /// After its deadline a request ends by itself.
  private static let grace = Duration.seconds(5)
  /// For one request where the caller has no deadline.
  private static let longestWait = Duration.seconds(3600)
  /// Bytes of an answer that is no stream.
  private static let mostBytes = 256 << 20
  /// Bytes of an error's body that are read.
  private static let mostErrorBytes = 64 << 10
  /// Models that an error lists.
  private static let mostListed = 20

  /// Sends a request until it is taken, and gives an answer of 2xx.
  func send(
    _ call: ModelCall, to endpoint: ModelEndpoint, _ language: any ModelProtocol,
    _ deadline: ContinuousClock.Instant?, streams: Bool
  ) async throws(ModelFailure) -> WebAnswer {
    var tries = 1
    while true {
      let answer = try await exchange(call, deadline, streams: streams)
      if (200...299).contains(answer.status) { return answer }
      // An error without words is told by its status.
      let body = (try? await Self.body(answer, limit: Self.mostErrorBytes)) ?? []
      var failure = ModelWords.failure(status: answer.status, body: body, endpoint: endpoint)
      let left = deadline.map { $0 - .now }
      if let wait = ModelRetry.wait(
        afterTry: tries, status: answer.status, headers: answer.headers, now: now(), left: left)
      {
        tries += 1
        do { try await Task.sleep(for: wait) } catch { throw ModelFailure(.cancelled, "cancelled") }
        continue
      }
      if failure.kind == .unavailable {
        let asked = ModelRetry.asked(answer.headers, now())
        failure.message +=
          tries < ModelRetry.mostTries && asked != nil
          ? "; the wait that it asks for is longer than the step may take" : "; tried \(tries) times"
      }
      if failure.kind == .unknownModel {
        // A server's sentence goes on.
        if failure.message.hasSuffix(".") { failure.message.removeLast() }
        failure.message += await known(at: endpoint, language, deadline)
      }
      throw failure
    }
  }

  private func exchange(
    _ call: ModelCall, _ deadline: ContinuousClock.Instant?, streams: Bool
  ) async throws(ModelFailure) -> WebAnswer {
    let address: WebAddress
    do throws(StepFailure) { address = try WebAddress(call.url) } catch {
      throw ModelFailure(.unreachable, "the configured address \(error.message)")
    }
    // Whoever set the deadline ends the request then, and says so; this only holds where nobody does.
    let left = deadline.map { $0 - .now + Self.grace } ?? Self.longestWait
    var request = WebRequest(
      method: call.body == nil ? "GET" : "POST", url: address, timeout: max(.milliseconds(1), left))
    request.user = address.user
    request.headers = call.headers + [("User-Agent", "missiond")]
    if let body = call.body {
      request.headers.append(("Content-Type", "application/json"))
      request.body = .bytes(body.compactBytes)
    }
    request.streams = streams
    do throws(StepFailure) { return try await network.send(request) } catch {
      switch error.kind {
      case .cancelled: throw ModelFailure(.cancelled, "cancelled")
      case .denied: throw ModelFailure(.denied, error.message)
      case .failed, .badParameters: throw ModelFailure(.unreachable, error.message)
      }
    }
  }

  /// `; known are a, b and 3 more`, and what a model is; the latter alone where the provider does not say.
  private func known(
    at endpoint: ModelEndpoint, _ language: any ModelProtocol, _ deadline: ContinuousClock.Instant?
  ) async -> String {
    let listing = language.models(at: endpoint)
    let body: JSON
    do throws(ModelFailure) {
      let answer = try await exchange(listing.call, deadline, streams: false)
      if answer.status == 404, let note = listing.addressNote {
        return "; its list of models is not there either: \(note)"
      }
      guard answer.status == 200 else { return listing.note }
      body = try await Self.json(answer)
    } catch { return listing.note }
    let known = listing.names(body).sorted()
    guard !known.isEmpty else { return "; it has no models" + listing.note }
    let more = known.count > Self.mostListed ? " and \(known.count - Self.mostListed) more" : ""
    return "; known are " + known.prefix(Self.mostListed).joined(separator: ", ") + more + listing.note
  }

  static func json(_ answer: WebAnswer) async throws(ModelFailure) -> JSON {
    let bytes = try await body(answer, limit: mostBytes)
    do throws(JSONError) { return try JSONParser.parse(bytes) } catch {
      throw ModelFailure(.badAnswer, "the answer is no JSON: \(error.message)")
    }
  }

  private static func body(_ answer: WebAnswer, limit: Int) async throws(ModelFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < limit {
      do throws(StepFailure) {
        let piece = try await answer.read()
        if piece.isEmpty { return bytes }
        bytes += piece
      } catch { throw cutOff(error, after: ModelAnswerParts()) }
    }
    return bytes
  }
}
