import Formats
import Glibc
import MissionEngine
import MissionModel
import MissionSteps
import TestSupport
import Testing

/// What holds for each step type that works on this host alone: it hears a cancel and a time-out in the
/// middle of its work, wherever that is, within a second, and leaves nothing half made.
@Suite(.serialized) struct InterruptionTests {
  /// A second is the promise; the rest is for a machine that is busy with the tests beside these.
  private static let patience = Duration.seconds(5)

  /// Groups of step types that have tests of this kind beside their own servers.
  private static let elsewhere: Set<String> = [
    "agent", "chain", "db_backup", "db_migrate", "ftp_download", "ftp_upload", "generate_embedding", "http",
    "llm", "model_inference", "noop", "ping_host", "rag_add", "rag_query", "redis_get", "redis_set",
    "similarity_search", "sql_query", "ssh_execute", "tool", "websocket_connect",
  ]

  @Test func `each local step type has its work here`() {
    let all = Set(StepCatalog.builtin.declarations.map(\.name))
    #expect(Set(LocalWork.all.map { $0.type.name }) == all.subtracting(Self.elsewhere))
    #expect(Self.elsewhere.isSubset(of: all))
  }

  @Test(arguments: LocalWork.all)
  func `a cancel at any point of the work is heard within a second`(work: LocalWork) async throws {
    var number = 0
    while try await isCancelled(work, at: number) { number += 1 }
    #expect(number > 0, "\(work.type.name) asks nothing of the world")
  }

  /// False where the work has no such point any more.
  private func isCancelled(_ work: LocalWork, at number: Int) async throws -> Bool {
    let host = try await work.host()
    let before = Self.tree(host.runner.directory)
    let world = InterruptedWorld(waitsAt: number)
    var runner = host.runner
    runner.capabilities = world.watch(runner.capabilities)
    let watched = runner
    let ended = Observed(false)
    let step = Task {
      let failed = await failure { try await watched.run(work.type, work.parameters) }
      ended.update { $0 = true }
      world.calls.update { $0.append("end") }
      return failed
    }
    let calls = try await world.calls.wait("call \(number)") { $0.count > number }
    guard calls[number] != "end" else {
      #expect(await step.value == nil, "\(work.type.name) ends well where nothing is in its way")
      return false
    }
    let start = ContinuousClock.now
    step.cancel()
    world.over.continuation.finish()
    let failed = await step.value
    #expect(ContinuousClock.now - start < Self.patience, "\(work.type.name) at \(calls)")
    // One that has all it needs in memory by then may as well end.
    guard let failed else { return true }
    #expect(failed.kind == .cancelled, "\(work.type.name) at \(calls): \(failed.message)")
    let after = Self.tree(host.runner.directory)
    if work.isDoneInParts {
      #expect(after.keys.filter { $0.contains(".missiond-") } == [], "\(work.type.name) at \(calls)")
    } else {
      #expect(after == before, "\(work.type.name) at \(calls)")
    }
    return true
  }

  @Test(arguments: LocalWork.all)
  func `a time-out in the middle of the work is told as one`(work: LocalWork) async throws {
    let all = InterruptedWorld(waitsAt: nil)
    var free = try await work.host().runner
    free.capabilities = all.watch(free.capabilities)
    _ = try await free.run(work.type, work.parameters)
    let middle = all.calls.value.count / 3
    let world = InterruptedWorld(waitsAt: middle)
    var runner = try await work.host().runner
    runner.capabilities = world.watch(runner.capabilities)
    let (watched, bell) = (runner, Observed(false))
    async let result = watched.carryOut(
      work.type.name, work.parameters, types: [work.type], timeoutSeconds: 1, clock: .stopped(until: bell))
    try await world.calls.wait("call \(middle)") { $0.count > middle }
    bell.update { $0 = true }
    let (status, error) = (try await result.status, try await result.error)
    #expect(status == .failed)
    #expect(error == "timed out after 1 s")
  }

  @Test(arguments: LocalWork.code + LocalWork.git + LocalWork.system.prefix(1), [false, true])
  func `a tool that hangs is ended with all that it started`(work: LocalWork, isTimeout: Bool) async throws {
    var runner = try await work.host().runner
    let real = runner.capabilities.processes.run
    runner.capabilities.processes.run = { command throws(StepFailure) in
      // What a step asks of git before its work begins may be answered.
      let work = ["add", "commit", "switch", "merge", "status", "--raw"]
      if command.program == "git", !work.contains(where: command.arguments.contains) {
        return try await real(command)
      }
      var hanging = command
      hanging.program = "/bin/sh"
      hanging.arguments = ["-c", "sleep 600 & echo pids $! $$ .; trap '' TERM; wait; sleep 600"]
      return try await real(hanging)
    }
    let (hanging, bell) = (runner, Observed(false))
    let step = Task {
      guard isTimeout else {
        return await failure { try await hanging.run(work.type, work.parameters) }?.kind == .cancelled
      }
      let result = try await hanging.carryOut(
        work.type.name, work.parameters, types: [work.type], timeoutSeconds: 1, clock: .stopped(until: bell))
      let told = work.type == CommandStep.self ? ": run make: was killed by SIGKILL" : ""
      return result.error == "timed out after 1 s" + told
    }
    let log = try await hanging.log.wait("the pids") { $0.hasSuffix(" .\n") }
    let pids = log.split(separator: "pids ").last?.split(separator: " ").compactMap { Int32($0) } ?? []
    #expect(pids.count == 2)
    let start = ContinuousClock.now
    if isTimeout { bell.update { $0 = true } } else { step.cancel() }
    #expect(try await step.value)
    #expect(ContinuousClock.now - start < Self.patience)
    for pid in pids { #expect(kill(pid, 0) == -1, "\(pid) lives") }
  }

  /// What lies in a folder: names and contents, git's own aside.
  private static func tree(_ directory: TemporaryDirectory, _ folder: String = ".") -> [String: String] {
    var tree: [String: String] = [:]
    for name in directory.entries(folder) where name != ".git" && !name.hasPrefix(".home") {
      let path = folder == "." ? name : folder + "/" + name
      let below = Self.tree(directory, path)
      tree.merge(below) { old, _ in old }
      tree[path] = below.isEmpty ? (try? directory.read(path)) ?? "folder" : "folder"
    }
    return tree
  }
}
