import Formats
import MissionModel

/// One look at a service, and what was seen.
struct ServiceCheck: Sendable {
  let kind: String
  let target: String
  let isHealthy: Bool
  let latency: Duration
  /// What was seen, in words.
  let detail: String

  /// As the output has it.
  var json: JSON {
    [
      "kind": .string(kind), "target": .string(target), "healthy": .bool(isHealthy),
      "latency_ms": .rounded(latency / .milliseconds(1)),
      "detail": .string(detail),
    ]
  }

  /// Bytes of an answer that are searched for a text.
  private static let mostBytes = 10 << 20

  /// Whether somebody takes connections at a port.
  static func tcp(
    _ host: String, _ port: Int, _ timeout: Duration, _ context: StepContext
  ) async throws(StepFailure) -> ServiceCheck {
    try await look("tcp", host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)") {
      () throws(StepFailure) in
      let address = try await context.network.reach(host, port, timeout)
      return (true, "\(address) takes connections")
    }
  }

  /// Whether an address answers with a status, and a text.
  static func http(
    _ url: String, _ expected: ExpectedStatus, _ text: String?, _ timeout: Duration, _ context: StepContext
  ) async throws(StepFailure) -> ServiceCheck {
    let address = try WebAddress(url)
    return try await look("http", address.shown) { () throws(StepFailure) in
      let answer = try await context.network.send(WebRequest(method: "GET", url: address, timeout: timeout))
      guard expected.holds(answer.status) else {
        return (false, "answered \(answer.status), expected \(expected.description)")
      }
      guard let text else { return (true, "answered \(answer.status)") }
      var body: [UInt8] = []
      while body.count < mostBytes {
        let piece = try await answer.read()
        if piece.isEmpty { break }
        body += piece
      }
      let holds = ByteSearch.firstIndex(of: Array(text.utf8), in: body) != nil
      return (holds, "answered \(answer.status)" + (holds ? "" : " without the text \"\(text)\""))
    }
  }

  /// Whether a unit is active, as the service manager says.
  static func systemd(
    _ unit: String, _ timeout: Duration, _ context: StepContext
  ) async throws(StepFailure) -> ServiceCheck {
    guard await context.processes.find("systemctl") != nil else {
      throw StepFailure("check the unit \(unit): systemctl is not on this host; install the package systemd")
    }
    return try await look("systemd", unit) { () throws(StepFailure) in
      let properties = ["LoadState", "ActiveState", "SubState", "Result"]
      var command = Command(
        "systemctl", ["show", "--no-pager", "--property=" + properties.joined(separator: ","), "--", unit])
      command.maxOutputBytes = 64 << 10
      // The bus may be silent; systemctl waits for it by this variable.
      command.environment = [("SYSTEMD_BUS_TIMEOUT", "\(max(timeout.components.seconds, 1))s")]
      let output = try await context.processes.run(command)
      guard output.ending == .exited(code: 0) else {
        throw StepFailure(ProcessFailure.message("systemctl", output))
      }
      return judge(String(decoding: output.stdout, as: UTF8.self), unit)
    }
  }

  /// What `systemctl show` says of a unit.
  static func judge(_ answer: String, _ unit: String) -> (isHealthy: Bool, detail: String) {
    var values: [Substring: Substring] = [:]
    for line in answer.split(separator: "\n") {
      let pair = line.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { values[pair[0]] = pair[1] }
    }
    if values["LoadState"] == "not-found" { return (false, "there is no unit \(unit)") }
    let active = values["ActiveState"] ?? "unknown"
    var detail = "\(active) (\(values["SubState"] ?? "unknown"))"
    if let result = values["Result"], result != "success" { detail += ", result \(result)" }
    return (active == "active" || active == "reloading", detail)
  }

  /// Times a look; what fails makes the service unhealthy, unless the step was told to end or was refused.
  private static func look(
    _ kind: String, _ target: String,
    _ body: () async throws(StepFailure) -> (isHealthy: Bool, detail: String)
  ) async throws(StepFailure) -> ServiceCheck {
    let began = ContinuousClock.now
    let seen: (isHealthy: Bool, detail: String)
    do throws(StepFailure) { seen = try await body() } catch {
      guard error.kind == .failed else { throw error }
      seen = (false, error.message)
    }
    return ServiceCheck(
      kind: kind, target: target, isHealthy: seen.isHealthy, latency: ContinuousClock.now - began,
      detail: seen.detail)
  }
}
