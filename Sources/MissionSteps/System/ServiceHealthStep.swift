package import Formats
package import MissionModel

/// Asks a service whether it does its work: at its port, its address, or the service manager.
package struct ServiceHealthStep: StepType {
  package static let name = "service_health"
  package static let summary = "Check a service by its port, an HTTP address or its systemd unit."
  package static let effects: Effects = [.usesNetwork, .runsProcesses]
  package static let example = """
    step_type: service_health
    parameters:
      service: shop
      url: http://localhost:8080/health
      expect_text: ok
      attempts: 10
      interval_ms: 500
    """
  package static let outputs = [
    OutputField("service", "string", "What the service is called."),
    OutputField("healthy", "bool", "True if every check was good in the last attempt."),
    OutputField("checks", "list", "Each {kind: tcp, http or systemd, target, healthy, latency_ms, detail}."),
  ]
  package static let requirements: [Requirement] = [
    .library("libcurl.so.4", package: "libcurl4", isEssential: false),
    .program("systemctl", package: "systemd", isEssential: false),
  ]

  private let label: String
  private let host: String
  private let port: Int?
  private let url: String?
  private let unit: String?
  private let expected: ExpectedStatus
  private let expectedText: String?
  private let attempts: Int
  private let intervalMilliseconds: Int
  private let timeoutMilliseconds: Int
  private let failsIfUnhealthy: Bool

  package init(_ p: inout ParameterReader) {
    let service = p.optional(
      "service", .nonEmptyString, "What to call it; the systemd unit where nothing else is given.")
    host = p.optional("host", .host, default: "localhost", "The host of `port`.")
    port = p.optional("port", .integer(1...65_535), "A port that takes TCP connections.")
    url = p.optional(
      "url", .url, "An http or https address that answers as expected; no redirect is followed.")
    let named = p.optional("unit", .nonEmptyString, "A systemd unit that is active.")
    p.atLeastOne(of: ["port", "url", "unit", "service"])
    unit = named ?? (port == nil && url == nil ? service : nil)
    label = service ?? named ?? url ?? port.map { [host] in "\(host):\($0)" } ?? ""
    expected = p.optional("expected_status", .expectedStatus, default: .ok, "Statuses of a healthy answer.")
    expectedText = p.optional("expect_text", .nonEmptyString, "Text that the answer of `url` holds.")
    attempts = p.optional("attempts", .integer(1...100_000), default: 1, "Check at most so often.")
    intervalMilliseconds = p.optional(
      "interval_ms", .integer(0...3_600_000), default: 1000, "From one attempt to the next.")
    timeoutMilliseconds = p.optional(
      "timeout_ms", .integer(1...3_600_000), default: 5000, "How long one check may take.")
    failsIfUnhealthy = p.optional(
      "fail_if_unhealthy", .bool, default: true, "Fail the step where the service is not healthy.")
    check(&p)
  }

  private func check(_ p: inout ParameterReader) {
    if let unit, !p.isOpen("unit"), !p.isOpen("service"), !Self.isUnitName(unit) {
      p.problem(
        at: p.isGiven("unit") ? "unit" : "service", "\"\(unit)\" cannot name a systemd unit",
        hint: "use letters, digits and :-_.\\@")
    }
    if let url, !p.isOpen("url") {
      do throws(StepFailure) { _ = try WebAddress(url) } catch { p.problem(at: "url", error.message) }
    }
    if expectedText != nil, url == nil { p.problem(at: "expect_text", "is for \"url\", which is not given") }
  }

  /// As systemd.unit(5) has it; no pattern, and no option.
  private static func isUnitName(_ name: String) -> Bool {
    name.utf8.count < 256 && name.first != "-"
      && name.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
          || ":-_.\\@".unicodeScalars.contains(scalar)
      }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    var checks: [ServiceCheck] = []
    for attempt in 1...attempts {
      checks = try await checkAll(context)
      if checks.allSatisfy(\.isHealthy) || attempt == attempts { break }
      try await context.sleep(.milliseconds(intervalMilliseconds))
    }
    let bad = checks.filter { !$0.isHealthy }
    let output: JSON = [
      "service": .string(label), "healthy": .bool(bad.isEmpty), "checks": .array(checks.map(\.json)),
    ]
    guard failsIfUnhealthy, !bad.isEmpty else { return output }
    let tries = attempts == 1 ? "" : " after \(attempts) attempts"
    let reasons = bad.map { "\($0.kind) \($0.target): \($0.detail)" }.joined(separator: "; ")
    throw StepFailure("service \(label) is not healthy\(tries): \(reasons)", output: output)
  }

  private func checkAll(_ context: StepContext) async throws(StepFailure) -> [ServiceCheck] {
    let timeout = Duration.milliseconds(timeoutMilliseconds)
    var checks: [ServiceCheck] = []
    if let port { checks.append(try await .tcp(host, port, timeout, context)) }
    if let url { checks.append(try await .http(url, expected, expectedText, timeout, context)) }
    if let unit { checks.append(try await .systemd(unit, timeout, context)) }
    return checks
  }
}
