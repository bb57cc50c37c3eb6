package import Formats
package import MissionModel

/// Measures how busy the host is, and compares that with what is allowed.
package struct MonitorResourcesStep: StepType {
  package static let name = "monitor_resources"
  package static let summary = "Measure processors, memory, disks and network of this host, against limits."
  package static let effects: Effects = [.readsHost]
  package static let example = """
    step_type: monitor_resources
    parameters:
      paths: [/]
      thresholds: { memory.usage_percent: 95, "disks[0].usage_percent": 98 }
      fail_if_exceeded: true
    """
  package static let outputs = [
    OutputField("cpu_usage_percent", "number", "Of all processors together, between the two samples."),
    OutputField("cpu_count", "integer", "Processors."),
    OutputField(
      "load", "list", "The average number of processes that ran or waited, over 1, 5 and 15 minutes."),
    OutputField(
      "memory", "map", "total_bytes, used_bytes, free_bytes, available_bytes, usage_percent, limit_bytes."),
    OutputField("swap", "map", "total_bytes, used_bytes, free_bytes, usage_percent."),
    OutputField(
      "disks", "list", "Each {path, total_bytes, used_bytes, free_bytes, available_bytes, usage_percent}."),
    OutputField(
      "network", "list",
      "Each {interface, received_bytes, sent_bytes, received_bytes_per_second, sent_bytes_per_second, errors}."
    ),
    OutputField(
      "process", "map", "Of pid: {pid, name, state, cpu_percent, rss_bytes, threads}; null without."),
    OutputField(
      "pressure", "map", "cpu, memory and io, each {some, full} with avg10, avg60, avg300, or null."),
    OutputField("exceeded", "list", "Each {path, value, limit} that is above its threshold."),
  ]

  /// The largest value that is allowed at a place of the output.
  private struct Threshold {
    let path: String
    let pointer: JSONPointer
    let limit: Double
  }

  private let durationMilliseconds: Int
  private let pid: Int32?
  private let paths: [String]
  private let thresholds: [Threshold]
  private let failsIfExceeded: Bool

  package init(_ p: inout ParameterReader) {
    durationMilliseconds = p.optional(
      "duration_ms", .integer(1...3_600_000), default: 200, "From the first sample to the second.")
    pid = p.optional("pid", .integer(1...Int(Int32.max)), "A process to measure by itself.")
      .flatMap { Int32(exactly: $0) }
    paths = p.optional(
      "paths", .oneOrMore(.nonEmptyString), default: ["/"], "Places whose file systems are measured.")
    let limits = p.optional(
      "thresholds", .map, default: JSONObject(), "The largest value allowed, by its path in the output.")
    thresholds = Self.read(limits, &p)
    failsIfExceeded = p.optional(
      "fail_if_exceeded", .bool, default: false, "Fail the step where a value is above its threshold.")
  }

  private static func read(
    _ limits: JSONObject, _ p: inout ParameterReader
  ) -> [Threshold] {
    guard !p.isOpen("thresholds") else { return [] }
    var result: [Threshold] = []
    for (path, value) in limits {
      let number: Double? = if case .string(let text) = value { Double(text) } else { value.doubleValue }
      guard let number else {
        p.problem(at: "thresholds", "\"\(path)\" wants a number, not \(value.excerpt)")
        continue
      }
      do throws(JSONPathError) {
        result.append(Threshold(path: path, pointer: try JSONQuery.parse(path), limit: number))
      } catch { p.problem(at: "thresholds", error.description) }
    }
    return result
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let first = try await HostSample(context, pid: pid)
    try await context.sleep(.milliseconds(durationMilliseconds))
    let second = try await HostSample(context, pid: pid)
    var output = JSONObject()
    output["cpu_usage_percent"] = .rounded(second.processors.usage(since: first.processors))
    output["cpu_count"] = JSON(second.processors.count)
    output["load"] = .array(second.load.map(JSON.double))
    output["memory"] = second.memoryFigures
    output["swap"] = second.swapFigures
    output["disks"] = .array(try await disks(context))
    output["network"] = .array(second.network(since: first))
    output["process"] = second.processFigures(since: first)
    output["pressure"] = await pressure(context)
    if Task.isCancelled { throw .cancelled }
    let exceeded = try exceeded(.object(output))
    output["exceeded"] = .array(
      exceeded.map { ["path": .string($0.path), "value": $0.value, "limit": .double($0.limit)] })
    guard failsIfExceeded, !exceeded.isEmpty else { return .object(output) }
    let list = exceeded.map {
      "\($0.path) is \($0.value.compact), more than \(JSON.double($0.limit).compact)"
    }
    throw StepFailure("monitor resources: \(list.joined(separator: "; "))", output: .object(output))
  }

  private func disks(_ context: StepContext) async throws(StepFailure) -> [JSON] {
    var disks: [JSON] = []
    for path in paths {
      let place = path.hasPrefix("/") ? path : context.workspace + "/" + path
      let space = try await context.host.space(place)
      let used = space.total - space.free
      disks.append([
        "path": .string(path), "total_bytes": JSON(space.total), "used_bytes": JSON(used),
        "free_bytes": JSON(space.free), "available_bytes": JSON(space.available),
        // As df has it: of what everybody may use.
        "usage_percent": .percent(used, of: used + space.available),
      ])
    }
    return disks
  }

  private func pressure(_ context: StepContext) async -> JSON {
    var result = JSONObject()
    for resource in HostFigures.File.Resource.allCases {
      result[resource.rawValue] = await context.host.read(.pressure(resource)).map(ProcText.pressure) ?? .null
    }
    return .object(result)
  }

  /// Where the numbers of the output stand.
  private static func numbers(_ output: JSON, at path: String = "") -> [String] {
    switch output {
    case .object(let members):
      members.flatMap { name, value in numbers(value, at: path.isEmpty ? name : path + "." + name) }
    case .array(let values): values.enumerated().flatMap { numbers($1, at: "\(path)[\($0)]") }
    default: output.doubleValue == nil ? [] : [path]
    }
  }

  /// What may have been meant by a path: one that is nearly the same, or those that begin like it.
  private static func hint(_ path: String, _ numbers: [String]) -> String {
    if let closest = EditDistance.closest(to: path, among: numbers) {
      return "; did you mean \"\(closest)\"?"
    }
    let root = path.prefix { $0 != "." && $0 != "[" }
    let near = numbers.filter { $0.hasPrefix(root) }
    return near.isEmpty ? "" : "; there are \(near.joined(separator: ", "))"
  }

  private func exceeded(
    _ output: JSON
  ) throws(StepFailure) -> [(path: String, value: JSON, limit: Double)] {
    var exceeded: [(path: String, value: JSON, limit: Double)] = []
    for threshold in thresholds {
      guard let value = output[threshold.pointer], let number = value.doubleValue else {
        throw StepFailure(
          .badParameters,
          "thresholds: \"\(threshold.path)\" is no number of the output"
            + Self.hint(threshold.path, Self.numbers(output)))
      }
      if number > threshold.limit { exceeded.append((threshold.path, value, threshold.limit)) }
    }
    return exceeded
  }
}
