import MissionModel
import Testing

@testable import Sandbox

@Suite struct ConfinementTests {
  private func limits(_ change: (inout MissionConfig.ProcessLimits) -> Void) -> MissionConfig.ProcessLimits {
    var limits = MissionConfig.ProcessLimits()
    change(&limits)
    return limits
  }

  @Test(arguments: [
    (MissionConfig.Sandbox.off, MissionConfig.Sandbox?.none, MissionConfig.Sandbox.off),
    (.off, .landlock, .landlock), (.landlock, .off, .landlock), (.landlock, .bubblewrap, .bubblewrap),
    (.bubblewrap, .landlock, .bubblewrap),
  ])
  func `the stronger sandbox holds`(
    daemon: MissionConfig.Sandbox, mission: MissionConfig.Sandbox?, result: MissionConfig.Sandbox
  ) {
    #expect(Confinement(sandbox: daemon).tightened(to: mission, .init()).sandbox == result)
  }

  @Test func `of two bounds the smaller holds`() {
    let daemon = Confinement(limits: limits { ($0.memoryBytes, $0.cpuSeconds) = (100, 10) })
    let both = daemon.tightened(
      to: nil, limits { ($0.memoryBytes, $0.cpuSeconds, $0.openFiles) = (200, 5, 7) })
    #expect(both.limits == limits { ($0.memoryBytes, $0.cpuSeconds, $0.openFiles) = (100, 5, 7) })
  }

  @Test func `a mission that would loosen something is told which and why`() {
    var config = MissionConfig()
    config.sandbox = .off
    config.limits = limits { ($0.memoryBytes, $0.processes) = (200, 100) }
    let daemon = Confinement(
      sandbox: .landlock, limits: limits { ($0.memoryBytes, $0.processes) = (100, 100) })
    let problems = daemon.refusals(of: config)
    #expect(problems.allSatisfy { $0.isDenial })
    #expect(problems.map(\.pointer) == ["/config/sandbox", "/config/limits/memory_bytes"])
    #expect(
      problems.map(\.message) == [
        "off is weaker than the daemon's sandbox, which is landlock", "200 is more than the daemon's 100",
      ])
    #expect(Confinement().refusals(of: config).isEmpty)
  }

  @Test(arguments: [
    (ConfinementNetwork.auto, MissionConfig.Sandbox.off, true), (.auto, .landlock, true),
    (.auto, .bubblewrap, false), (.effects, .landlock, false), (.effects, .off, true),
    (.open, .bubblewrap, true),
  ])
  func `who declares no network has none where effects count`(
    rule: ConfinementNetwork, sandbox: MissionConfig.Sandbox, isAllowed: Bool
  ) {
    #expect(rule.allows([.runsProcesses], in: sandbox) == isAllowed)
    #expect(rule.allows([.runsProcesses, .usesNetwork], in: sandbox))
  }
}
