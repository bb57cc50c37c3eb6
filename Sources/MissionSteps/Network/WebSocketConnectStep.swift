package import Formats
package import MissionModel

/// Opens a WebSocket, sends messages, waits for those of the server, and closes.
package struct WebSocketConnectStep: StepType {
  package static let name = "websocket_connect"
  package static let summary = "Open a WebSocket, send messages, wait for the answers, and close it."
  package static let effects: Effects = [.usesNetwork, .readsFiles]
  package static let example = """
    step_type: websocket_connect
    parameters: { url: "wss://example.com/feed", message: { subscribe: builds }, expect_messages: 1 }
    """
  package static let outputs = [
    OutputField("url", "string", "The address, without credentials."),
    OutputField("connected", "bool", "True once the server had agreed."),
    OutputField("message_sent", "bool", "True if every message was sent."),
    OutputField("received", "list", "The server's messages as text; binary ones as {base64}."),
    OutputField("close_code", "integer", "The code of the server's close; null where it sent none."),
  ]
  package static let requirements: [Requirement] = [.library("libcurl.so.4", package: "libcurl4")]

  private let url: String
  private let messages: [JSON]
  private let headers: [(name: String, value: String)]
  private let expectedMessages: Int
  private let pattern: String?
  private let timeout: Double
  private let verifiesTLS: Bool
  private let authorities: String?

  package init(_ p: inout ParameterReader) {
    url = p.required("url", .url, "The address, ws or wss.")
    let message = p.optional("message", .any, "What to send: a text as it is, any other value as JSON.")
    let several = p.optional("messages", .list(of: .any), "Several messages, in order.")
    messages = several ?? message.map { [$0] } ?? []
    p.atMostOne(of: ["message", "messages"])
    headers = WebFields.read(&p)
    expectedMessages = p.optional(
      "expect_messages", .integer(0...1_000_000), default: 0, "Wait for so many messages.")
    pattern = p.optional(
      "expect_pattern", .nonEmptyString, "Wait for a message that this regular expression finds itself in.")
    if let pattern { p.checkPattern(at: "expect_pattern", pattern) }
    timeout = p.optional(
      "timeout", aliases: ["timeout_seconds"], .number(0.001...86_400), default: 30,
      "Seconds for everything, from the look-up of the name to the close.")
    verifiesTLS = p.optional("verify_tls", .bool, default: true, "Check the server's certificate.")
    authorities = p.optional(
      "ca_file", .readPath, "Certificates in PEM form to trust instead of the host's.")
    check(&p)
  }

  private func check(_ p: inout ParameterReader) {
    guard p.purpose != .describing else { return }
    if p.isGiven("url"), !p.isOpen("url") {
      do throws(StepFailure) { _ = try address() } catch { p.problem(at: "url", error.message) }
    }
    for header in headers where WebSocketOpening.ownFields.contains(header.name.lowercased()) {
      p.problem(at: "headers", "\(header.name) is set by the client itself")
    }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let matcher = try pattern.map { (text) throws(StepFailure) in
      try context.patterns.compile(text, PatternOptions())
    }
    let request = try await makeRequest(context)
    var progress = Progress(url: shown(request.url))
    do throws(StepFailure) {
      var socket = try await WebSocket(
        request, maxMessageBytes: context.limits.maxOutputBytes, over: context.network)
      progress.isConnected = true
      for message in messages { try await socket.send(message.stringValue ?? message.compact) }
      progress.isSent = !messages.isEmpty
      try await wait(&socket, &progress, matcher, context.limits.maxOutputBytes)
      if progress.closeCode == nil { progress.closeCode = try await socket.close() }
    } catch {
      throw StepFailure(error.kind, error.message, output: progress.isConnected ? progress.output : nil)
    }
    return progress.output
  }

  private struct Progress {
    var url: String
    var isConnected = false
    var isSent = false
    var received: [JSON] = []
    var receivedBytes = 0
    var isFound = false
    var closeCode: Int?

    var output: JSON {
      [
        "url": .string(url), "connected": .bool(isConnected), "message_sent": .bool(isSent),
        "received": .array(received), "close_code": closeCode.map { JSON($0) } ?? .null,
      ]
    }
  }

  /// Reads until all that is expected has come.
  private func wait(
    _ socket: inout WebSocket, _ progress: inout Progress, _ matcher: Pattern?, _ limit: Int
  ) async throws(StepFailure) {
    while progress.received.count < expectedMessages || matcher != nil && !progress.isFound {
      let bytes: [UInt8]
      switch try await socket.next() {
      case .text(let text):
        bytes = Array(text.utf8)
        progress.received.append(.string(text))
      case .binary(let content):
        bytes = content
        progress.received.append(["base64": .string(Base64.encode(content))])
      case .close(let code, let reason):
        progress.closeCode = code
        let words = reason.isEmpty ? "" : " (\(reason))"
        throw StepFailure("\(socket.title): the server closed with \(code)\(words) \(missing(progress))")
      case nil:
        throw StepFailure("\(socket.title): the connection ended \(missing(progress))")
      }
      progress.receivedBytes += bytes.count
      guard progress.receivedBytes <= limit else {
        throw StepFailure(
          "\(socket.title): the messages are longer than \(limit) bytes; raise limits.max_output_bytes")
      }
      if let matcher, !progress.isFound { progress.isFound = try matcher.firstMatch(bytes, 0) != nil }
    }
  }

  private func missing(_ progress: Progress) -> String {
    progress.received.count < expectedMessages
      ? "after \(progress.received.count) of \(expectedMessages) messages"
      : "before a message matched \"\(pattern ?? "")\""
  }

  /// The address with the scheme of the connection below: http for ws, https for wss.
  private func address() throws(StepFailure) -> WebAddress {
    let scheme = url.prefix { $0 != ":" }.lowercased()
    guard scheme == "ws" || scheme == "wss" else {
      throw StepFailure(.badParameters, "has no scheme for a WebSocket; begin it with ws:// or wss://")
    }
    return try WebAddress((scheme == "ws" ? "http" : "https") + url.dropFirst(scheme.count))
  }

  private func shown(_ address: WebAddress) -> String {
    "ws" + address.shown.dropFirst("http".count)
  }

  private func makeRequest(_ context: StepContext) async throws(StepFailure) -> WebRequest {
    let place: WebAddress
    do throws(StepFailure) { place = try address() } catch {
      throw StepFailure(.badParameters, "url: \(error.message)")
    }
    var request = WebRequest(method: "GET", url: place, timeout: .seconds(timeout))
    request.heading = "connect \(shown(place))"
    request.headers = headers
    request.verifiesTLS = verifiesTLS
    if let authorities {
      request.certificates = try await context.files.open(authorities).readAll(
        limit: 4 << 20, path: authorities)
    }
    return request
  }
}
