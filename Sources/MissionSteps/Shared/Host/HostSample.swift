import Formats
import MissionModel

/// What the host was doing at one instant; two of them make rates.
struct HostSample: Sendable {
  let processors: ProcText.Processors
  let load: [Double]
  private let memory: [String: Int64]
  private let memoryLimit: Int64?
  private let interfaces: [ProcText.Interface]
  private let process: (pid: Int32, figures: ProcText.Process, residentBytes: Int64)?
  private let at: Timestamp

  /// Looks at the host now, and at a process where one is named.
  init(_ context: StepContext, pid: Int32?) async throws(StepFailure) {
    let host = context.host
    guard let text = await host.read(.processors), let processors = ProcText.processors(text) else {
      throw StepFailure("monitor resources: /proc/stat cannot be read; is /proc mounted?")
    }
    self.processors = processors
    load = await host.read(.load).map(ProcText.load) ?? []
    memory = await host.read(.memory).map(ProcText.memory) ?? [:]
    memoryLimit = await host.read(.memoryLimit).flatMap { Int64($0) }
    interfaces = await host.read(.network).map(ProcText.interfaces) ?? []
    if let pid {
      guard let text = await host.read(.process(pid)), let figures = ProcText.process(text) else {
        throw StepFailure("monitor resources of process \(pid): there is no such process")
      }
      let status = await host.read(.processStatus(pid)) ?? ""
      process = (pid, figures, ProcText.residentBytes(status))
    } else {
      process = nil
    }
    at = context.now()
  }

  /// Main memory. What the kernel would give back at once counts as available, not as used.
  var memoryFigures: JSON {
    let total = memory["MemTotal"] ?? 0
    let free = memory["MemFree"] ?? 0
    let available = memory["MemAvailable"] ?? free
    return [
      "total_bytes": JSON(total), "used_bytes": JSON(total - available), "free_bytes": JSON(free),
      "available_bytes": JSON(available), "usage_percent": .percent(total - available, of: total),
      "limit_bytes": memoryLimit.map(JSON.integer) ?? .null,
    ]
  }

  /// Swap space, which may be none.
  var swapFigures: JSON {
    let (total, free) = (memory["SwapTotal"] ?? 0, memory["SwapFree"] ?? 0)
    return [
      "total_bytes": JSON(total), "used_bytes": JSON(total - free), "free_bytes": JSON(free),
      "usage_percent": .percent(total - free, of: total),
    ]
  }

  /// The interfaces, with rates since an earlier sample.
  func network(since earlier: HostSample) -> [JSON] {
    let seconds = Double(max(at.milliseconds - earlier.at.milliseconds, 1)) / 1000
    return interfaces.map { now in
      let before = earlier.interfaces.first { $0.name == now.name } ?? now
      return [
        "interface": .string(now.name), "received_bytes": JSON(now.received), "sent_bytes": JSON(now.sent),
        "received_bytes_per_second": .rounded(Double(max(now.received - before.received, 0)) / seconds),
        "sent_bytes_per_second": .rounded(Double(max(now.sent - before.sent, 0)) / seconds),
        "errors": JSON(now.errors),
      ]
    }
  }

  /// The process, with its share of one processor since an earlier sample; null where none was named.
  func processFigures(since earlier: HostSample) -> JSON {
    guard let process, let before = earlier.process else { return .null }
    let passed = processors.total - earlier.processors.total
    let worked = process.figures.ticks - before.figures.ticks
    let share = passed > 0 ? Double(worked) / Double(passed) * Double(processors.count) * 100 : 0
    return [
      "pid": JSON(process.pid), "name": .string(process.figures.name),
      "state": .string(process.figures.state),
      "cpu_percent": .rounded(share), "rss_bytes": JSON(process.residentBytes),
      "threads": JSON(process.figures.threads),
    ]
  }
}

extension JSON {
  /// A number with two decimals.
  static func rounded(_ number: Double) -> JSON { .double((number * 100).rounded() / 100) }

  /// A share in percent; 0 of nothing.
  static func percent(_ part: Int64, of whole: Int64) -> JSON {
    whole > 0 ? .rounded(Double(part) / Double(whole) * 100) : .double(0)
  }
}
