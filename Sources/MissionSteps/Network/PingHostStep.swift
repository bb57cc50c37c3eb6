package import Formats
package import MissionModel

/// Asks a host several times whether it is there.
package struct PingHostStep: StepType {
  package static let name = "ping_host"
  package static let summary = "Ask a host whether it is there, and how long its answers take."
  package static let effects: Effects = [.usesNetwork, .runsProcesses]
  package static let example = """
    step_type: ping_host
    parameters: { host: build.example.com, count: 3, max_loss_percent: 0 }
    """
  package static let outputs = [
    OutputField("host", "string", "The host."),
    OutputField("address", "string", "The address that was asked."),
    OutputField("count", "integer", "How often it was asked."),
    OutputField("success", "bool", "True if no more was lost than max_loss_percent."),
    OutputField("received", "integer", "How many answers came in time."),
    OutputField("loss_percent", "number", "Questions without an answer, of a hundred."),
    OutputField("rtt", "map", "min, avg, max and stddev in milliseconds; null where nothing came back."),
    OutputField("method", "string", "icmp, ping (the program) or tcp."),
  ]

  private let host: String
  private let count: Int
  private let interval: Int
  private let method: String
  private let port: Int?
  private let maxLoss: Double

  /// How long one answer is waited for.
  private static let patience = Duration.seconds(2)

  package init(_ p: inout ParameterReader) {
    host = p.required("host", .host, "A name or an address.")
    count = p.optional("count", .integer(1...1000), default: 4, "How often to ask.")
    interval = p.optional(
      "interval_ms", .integer(0...60_000), default: 1000, "Milliseconds from one question to the next.")
    method = p.optional(
      "method", .choice("auto", "icmp", "tcp"), default: "auto",
      "icmp needs a right that auto does without: then it takes the program ping, else a TCP connection.")
    port = p.optional("port", .integer(1...65_535), "The TCP port to connect to; needed by tcp.")
    maxLoss = p.optional(
      "max_loss_percent", .number(0...100), default: 99, "Fail where more is lost; 99 fails where all is.")
    if let hint = PartsOfHost.hint(host) { p.problem(at: "host", "is no host", hint: hint) }
    if !p.isOpen("method"), method == "tcp", port == nil, !p.isGiven("port") {
      p.problem(at: "method", "tcp needs a port", hint: "add port, such as 443")
    }
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    guard !host.isEmpty, !host.hasPrefix("-") else {
      throw StepFailure(.badParameters, "ping \(JSON.string(host).compact): this is no host")
    }
    let report = try await ask(context)
    let received = report.times.compactMap(\.self)
    let loss = 100 * Double(report.times.count - received.count) / Double(report.times.count)
    let isGood = loss <= maxLoss
    let output: JSON = [
      "host": .string(host), "address": .string(report.address), "count": JSON(report.times.count),
      "success": .bool(isGood), "received": JSON(received.count),
      "loss_percent": .double(loss.rounded(to: 3)),
      "rtt": Self.statistics(received), "method": .string(report.method),
    ]
    guard isGood else {
      throw StepFailure(
        "ping \(host): \(received.count) of \(report.times.count) answered by \(report.method)"
          + (report.method == "tcp" ? " on port \(port ?? 0)" : "")
          + "; is it up, and does a firewall let the question through", output: output)
    }
    return output
  }

  private struct Report {
    let method: String
    let address: String
    /// Milliseconds of each answer, nil for one that did not come.
    let times: [Double?]
  }

  private func ask(_ context: StepContext) async throws(StepFailure) -> Report {
    if method != "tcp" {
      if let target = try await context.network.ping(host, .icmp, nil) {
        return Report(method: "icmp", address: target.address, times: try await ask(target, context))
      }
      guard method == "auto" else {
        throw StepFailure(
          "ping \(host): this user may not send ICMP; widen net.ipv4.ping_group_range, or use method: tcp")
      }
      if await context.processes.find("ping") != nil { return try await runPing(context) }
    }
    guard let port else {
      throw StepFailure(
        "ping \(host): this user may not send ICMP and the program ping is not here; "
          + "install the package iputils-ping, or give a port to ask by TCP")
    }
    guard let target = try await context.network.ping(host, .tcp, port) else {
      throw StepFailure("ping \(host): no TCP connection can be made here")
    }
    return Report(method: "tcp", address: target.address, times: try await ask(target, context))
  }

  private func ask(_ target: PingTarget, _ context: StepContext) async throws(StepFailure) -> [Double?] {
    var times: [Double?] = []
    for sequence in 1...count {
      if sequence > 1, interval > 0 { try await context.sleep(.milliseconds(interval)) }
      times.append(try await target.ask(sequence, Self.patience))
    }
    return times
  }

  /// Has the host's own program ask, which has the right to.
  private func runPing(_ context: StepContext) async throws(StepFailure) -> Report {
    // Below 2 ms the program wants to be root's.
    let seconds = Double(max(interval, 2)) / 1000
    var command = Command("ping", ["-n", "-c", String(count), "-i", String(seconds), "-W", "2", "--", host])
    command.environment = [("LC_ALL", "C")]
    let output = try await context.processes.run(command)
    guard case .exited(let code) = output.ending, code < 2 else {
      throw StepFailure(ProcessFailure.message("ping", output))
    }
    let answers = PingReport(String(decoding: output.stdout, as: UTF8.self))
    return Report(
      method: "ping", address: answers.address ?? host,
      times: (1...count).map { answers.times[$0] })
  }

  private static func statistics(_ times: [Double]) -> JSON {
    guard let least = times.min(), let most = times.max() else { return .null }
    let mean = times.reduce(0, +) / Double(times.count)
    let variance = times.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(times.count)
    return [
      "min": .double(least.rounded(to: 3)), "avg": .double(mean.rounded(to: 3)),
      "max": .double(most.rounded(to: 3)), "stddev": .double(variance.squareRoot().rounded(to: 3)),
    ]
  }
}

extension Double {
  fileprivate func rounded(to places: Int) -> Double {
    let factor = (0..<places).reduce(1.0) { factor, _ in factor * 10 }
    return (self * factor).rounded() / factor
  }
}
