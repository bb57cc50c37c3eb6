package import Formats
package import MissionModel

/// Sends an HTTP request and gives the answer, or keeps it in a file.
package struct HTTPStep: StepType {
  package static let name = "http"
  package static let summary = "Send an HTTP request and take the answer apart, or keep it in a file."
  package static let effects: Effects = [.usesNetwork, .readsFiles, .writesFiles]
  package static let example = """
    step_type: http
    parameters:
      url: https://api.example.com/items
      method: POST
      auth: { bearer: "{{env.API_TOKEN}}" }
      body: { name: sprocket }
      expected_status: 201
    """
  package static let outputs = [
    OutputField("url", "string", "Where the answer came from, after redirects, without credentials."),
    OutputField("method", "string", "The method of the last request."),
    OutputField("status", "integer", "The status; null where there was no answer."),
    OutputField("headers", "map", "Names in small letters; several fields of a name joined by commas."),
    OutputField("response", "any", "The value if the answer is JSON, else its text; null with output_file."),
    OutputField("body_bytes", "integer", "Bytes of the body, after its content encoding was undone."),
    OutputField("duration_ms", "integer", "From the first request to the last byte."),
    OutputField("remote_ip", "string", "The address that answered."),
    OutputField("output_file", "string", "The file that holds the body, or null."),
    OutputField("error", "string", "What failed, where on_error let the step go on; else null."),
  ]
  package static let mainOutput: String? = "response"
  package static let requirements: [Requirement] = [.library("libcurl.so.4", package: "libcurl4")]

  private let url: String
  private let method: String
  private let headers: [(name: String, value: String)]
  private let query: StringMap
  private let body: WebBody
  private let user: WebUser?
  private let timeout: Double
  private let expected: ExpectedStatus
  private let mostRedirects: Int
  private let verifiesTLS: Bool
  private let authorities: String?
  private let outputFile: String?
  private let maxBodyBytes: Int?
  private let goesOn: Bool

  package init(_ p: inout ParameterReader) {
    url = p.required("url", .url, "The address, http or https.")
    method = p.optional("method", .nonEmptyString, default: "GET", "The method of the request.")
      .uppercased()
    headers = WebFields.read(&p)
    query = p.optional("query", .stringMap, default: StringMap(), "Members to add to the address's query.")
    body = WebBody(&p)
    user = p.optional("auth", .webUser, "Who the request is from; never sent to another server.")
    timeout = p.optional(
      "timeout", aliases: ["timeout_seconds"], .number(0.001...86_400), default: 30,
      "Seconds for the request and its whole answer, redirects included.")
    expected = p.optional(
      "expected_status", .expectedStatus, default: .success, "Statuses that count as success.")
    mostRedirects = p.optional(
      "follow_redirects", .integer(0...50), default: 10, "Follow at most so many redirects.")
    verifiesTLS = p.optional("verify_tls", .bool, default: true, "Check the server's certificate.")
    authorities = p.optional(
      "ca_file", .readPath, "Certificates in PEM form to trust instead of the host's.")
    outputFile = p.optional("output_file", .writePath, "Keep the body of a good answer in this file.")
    let most = p.optional(
      "max_body_bytes", .integer(0...Int.max), default: 10 << 20,
      "Fail where the body is longer; with output_file only if given.")
    maxBodyBytes = outputFile == nil || p.isGiven("max_body_bytes") ? most : nil
    goesOn =
      p.optional(
        "on_error", .choice("fail", "continue"), default: "fail", "Whether a failure fails the step.")
      == "continue"
    check(&p)
  }

  private func check(_ p: inout ParameterReader) {
    guard p.purpose != .describing else { return }
    if !p.isOpen("url"), p.isGiven("url") {
      do throws(StepFailure) { _ = try WebAddress(url) } catch { p.problem(at: "url", error.message) }
    }
    if !method.utf8.allSatisfy(WebFields.isToken) {
      p.problem(at: "method", "\"\(method)\" cannot be a method")
    }
    if method == "HEAD", body.isGiven { p.problem(at: "method", "HEAD takes no body") }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    var exchange = WebExchange(ContinuousClock.now + .seconds(timeout))
    do throws(StepFailure) {
      try await perform(&exchange, in: context)
    } catch {
      guard goesOn, error.kind == .failed else {
        throw StepFailure(error.kind, error.message, output: error.output)
      }
      return exchange.output(method: method, url: url, outputFile: nil, error: error.message)
    }
    return exchange.output(method: method, url: url, outputFile: outputFile, error: nil)
  }

  private func perform(_ exchange: inout WebExchange, in context: StepContext) async throws(StepFailure) {
    var request = try makeRequest()
    if let authorities {
      request.certificates = try await context.files.open(authorities).readAll(
        limit: 4 << 20, path: authorities)
    }
    let held = try await body.add(to: &request, context.files)
    defer { held?.release() }
    try await exchange.run(request, follow: mostRedirects, over: context.network)
    guard expected.holds(exchange.status) else {
      try await exchange.readBody(limit: min(maxBodyBytes ?? 10 << 20, context.limits.maxOutputBytes))
      throw StepFailure(
        "\(exchange.title): status \(exchange.status), expected \(expected.description)"
          + exchange.startOfText,
        output: exchange.output(method: method, url: url, outputFile: nil, error: nil))
    }
    if let outputFile {
      try await exchange.keepBody(in: outputFile, limit: maxBodyBytes, context.files)
    } else {
      try await exchange.readBody(limit: min(maxBodyBytes ?? Int.max, context.limits.maxOutputBytes))
      if exchange.isDamagedText {
        context.warn("the answer is no UTF-8 text; keep its bytes with output_file")
      }
    }
  }

  private func makeRequest() throws(StepFailure) -> WebRequest {
    var address: WebAddress
    do throws(StepFailure) { address = try WebAddress(url) } catch {
      throw StepFailure(.badParameters, "url: \(error.message)")
    }
    address.addQuery(query.entries)
    var request = WebRequest(method: method, url: address, timeout: .seconds(timeout))
    request.headers = headers
    if !headers.contains(where: { $0.name.lowercased() == "user-agent" }) {
      request.headers.append(("User-Agent", "missiond"))
    }
    request.user = address.user
    user?.add(to: &request)
    request.verifiesTLS = verifiesTLS
    return request
  }
}
