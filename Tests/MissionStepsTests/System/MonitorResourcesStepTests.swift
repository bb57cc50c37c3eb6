import Formats
import Foundation
import MissionModel
import MissionSteps
import TestSupport
import Testing

@Suite struct MonitorResourcesStepTests {
  private let runner: StepRunner

  init() throws { runner = try StepRunner() }

  /// A host whose processors have worked half of the time between two looks.
  private func scripted(memory: String = "MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 250 kB\n")
    -> StepRunner
  {
    let looks = Observed(0)
    var runner = runner
    runner.capabilities.host = HostFigures(
      read: { file in
        switch file {
        case .processors:
          looks.update { $0 += 1 }
          return looks.value == 1
            ? "cpu 0 0 0 0 0 0 0 0\ncpu0 0\ncpu1 0\n" : "cpu 50 0 0 50 0 0 0 0\ncpu0 0\ncpu1 0\n"
        case .load: return "0.50 1.00 2.00 1/2 3"
        case .memory: return memory
        case .network: return "lo: \(looks.value * 1000) 0 0 0 0 0 0 0 5 0 0 0 0 0 0 0"
        case .pressure(.cpu): return "some avg10=1.50 total=9"
        case .pressure: return nil
        case .process(7): return "7 (x) R 1 1 1 1 1 1 1 1 1 1 \(looks.value * 10) 0 0 0 0 0 4 0"
        case .processStatus: return "VmRSS: 3 kB"
        case .process: return nil
        case .memoryLimit: return "500000"
        }
      },
      space: { path throws(StepFailure) in DiskSpace(total: 1000, free: 300, available: 100) })
    return runner
  }

  @Test func `two samples make figures and rates`() async throws {
    let output = try await scripted().run(
      MonitorResourcesStep.self, "{ pid: 7, paths: [/, data], duration_ms: 1 }")
    #expect(output["cpu_usage_percent"] == 50.0)
    #expect(output["cpu_count"] == 2)
    #expect(output["load"] == [0.5, 1.0, 2.0])
    #expect(
      output["memory"] == [
        "total_bytes": 1_024_000, "used_bytes": 768_000, "free_bytes": 102_400, "available_bytes": 256_000,
        "usage_percent": 75.0, "limit_bytes": 500_000,
      ])
    #expect(output["swap"]?["usage_percent"] == 0.0)
    #expect(
      output["disks"]?[1] == [
        "path": "data", "total_bytes": 1000, "used_bytes": 700, "free_bytes": 300, "available_bytes": 100,
        "usage_percent": 87.5,
      ])
    #expect(output["network"]?[0]?["received_bytes"] == 2000)
    #expect((output["network"]?[0]?["received_bytes_per_second"]?.doubleValue ?? 0) > 0)
    #expect(
      output["process"] == [
        "pid": 7, "name": "x", "state": "R", "cpu_percent": 20.0, "rss_bytes": 3072, "threads": 4,
      ])
    #expect(
      output["pressure"] == ["cpu": ["some": ["avg10": 1.5, "total_us": 9]], "memory": nil, "io": nil])
    #expect(output["exceeded"] == [])
  }

  @Test func `what is above its threshold is listed, and fails the step where that is wanted`() async throws {
    let thresholds =
      "thresholds: { memory.usage_percent: 74.9, \"disks[0].usage_percent\": 87.5, load.2: 1 }, duration_ms: 1"
    let output = try await scripted().run(MonitorResourcesStep.self, "{ \(thresholds) }")
    #expect(
      output["exceeded"] == [
        ["path": "memory.usage_percent", "value": 75.0, "limit": 74.9],
        ["path": "load.2", "value": 2.0, "limit": 1.0],
      ])
    let failed = await failure {
      try await scripted().run(MonitorResourcesStep.self, "{ \(thresholds), fail_if_exceeded: true }")
    }
    #expect(
      failed?.message
        == "monitor resources: memory.usage_percent is 75.0, more than 74.9; load.2 is 2.0, more than 1.0")
    #expect(failed?.output?["cpu_count"] == 2)
  }

  @Test func `this host tells its real figures`() async throws {
    let output = try await runner.run(
      MonitorResourcesStep.self, "{ pid: \(getpid()), duration_ms: 20 }")
    #expect(output["cpu_count"]?.integerValue == Int64(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    #expect(output["load"]?.arrayValue?.count == 3)
    #expect((output["memory"]?["total_bytes"]?.integerValue ?? 0) > 100 << 20)
    #expect((output["disks"]?[0]?["total_bytes"]?.integerValue ?? 0) > 1 << 20)
    #expect((output["process"]?["rss_bytes"]?.integerValue ?? 0) > 1 << 20)
    #expect(output["network"]?.arrayValue?.contains { $0["interface"] == "lo" } == true)
  }

  @Test func `what is not there is named`() async throws {
    let process = await failure {
      try await scripted().run(MonitorResourcesStep.self, "{ pid: 8, duration_ms: 1 }")
    }
    #expect(process?.message == "monitor resources of process 8: there is no such process")
    let path = await failure {
      try await runner.run(MonitorResourcesStep.self, "{ paths: /no/such, duration_ms: 1 }")
    }
    #expect(path?.message == "look at the file system of /no/such: no such file or directory (2)")
    let threshold = await failure {
      try await scripted().run(
        MonitorResourcesStep.self, "{ thresholds: { memory.usage: 1 }, duration_ms: 1 }")
    }
    #expect(
      threshold?.message
        == "thresholds: \"memory.usage\" is no number of the output; did you mean \"memory.usage_percent\"?")
    let other = await failure {
      try await scripted().run(MonitorResourcesStep.self, "{ thresholds: { swap.x: 1 }, duration_ms: 1 }")
    }
    #expect(
      other?.message
        == "thresholds: \"swap.x\" is no number of the output; there are swap.total_bytes, swap.used_bytes, "
        + "swap.free_bytes, swap.usage_percent")
  }

  @Test func `a cancel between the samples is heard`() async throws {
    let runner = runner
    let task = Task { try await runner.run(MonitorResourcesStep.self, "{ duration_ms: 3600000 }") }
    task.cancel()
    #expect(await failure { try await task.value } == .cancelled)
  }

  @Test func `without proc nothing is made up`() async throws {
    var runner = runner
    runner.capabilities.host = .denied
    let blind = runner
    let failed = await failure { try await blind.run(MonitorResourcesStep.self, "{}") }
    #expect(failed?.message == "monitor resources: /proc/stat cannot be read; is /proc mounted?")
  }

  @Test(arguments: [
    ("{ duration_ms: 0 }", ["/duration_ms: expected a whole number from 1 to 3600000, not 0"]),
    ("{ pid: x }", ["/pid: expected a whole number from 1 to 2147483647, not \"x\""]),
    ("{ thresholds: { a: high } }", ["/thresholds: \"a\" wants a number, not \"high\""]),
    (
      "{ thresholds: { \"a[\": 1 } }",
      ["/thresholds: \"a[\" is neither a JSON pointer like /a/b/0 nor a path like a.b[0]"]
    ),
    ("{ paths: [] , thresholds: \"{{t}}\" }", []),
  ])
  func `wrong parameters are told at submission`(parameters: String, problems: [String]) throws {
    #expect(try StepRunner.problems(MonitorResourcesStep.self, parameters) == problems)
  }

  @Test func `the example is right`() throws {
    #expect(try StepRunner.example(MonitorResourcesStep.self)["fail_if_exceeded"] == true)
  }
}
