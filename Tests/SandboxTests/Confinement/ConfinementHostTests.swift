import Foundation
import MissionModel
import TestSupport
import Testing

@testable import Sandbox

@Suite struct ConfinementHostTests {
  private let nothing = ConfinementHost(
    landlock: .failure(ConfinementGap("no Landlock")),
    bubblewrap: { .failure(ConfinementGap("no bubblewrap")) },
    isRoot: true)

  @Test func `what a host cannot do is named with the reason, and only if it is asked for`() {
    var limits = MissionConfig.ProcessLimits()
    limits.processes = 5
    limits.memoryBytes = 1 << 20
    #expect(nothing.gaps(in: Confinement()).isEmpty)
    #expect(
      nothing.gaps(in: Confinement(sandbox: .landlock)) == [.init(key: "sandbox", reason: "no Landlock")])
    #expect(
      nothing.gaps(in: Confinement(sandbox: .bubblewrap)) == [.init(key: "sandbox", reason: "no bubblewrap")])
    let gaps = nothing.gaps(in: Confinement(limits: limits))
    #expect(gaps.map(\.key) == ["limits.processes"])
    #expect(gaps.map(\.pointer) == ["limits/processes"])
    var able = nothing
    able.controllers = ["pids"]
    #expect(able.gaps(in: Confinement(limits: limits)).isEmpty)
    able.controllers = []
    able.isRoot = false
    #expect(able.gaps(in: Confinement(limits: limits)).isEmpty)
  }

  @Test func `this host has Landlock, and bubblewrap that works`() throws {
    let host = ConfinementHost.current(path: "/usr/bin:/bin", groups: nil)
    #expect(try host.landlock.get() >= 1)
    #expect(host.bubblewrap() == .success("/usr/bin/bwrap"))
  }

  @Test func `a bwrap that is missing or fails is a reason, not a crash`() throws {
    let directory = try TemporaryDirectory()
    let missing = ConfinementHost.current(path: directory.path, groups: nil)
    #expect(missing.bubblewrap() == .failure(ConfinementGap("bwrap is not in PATH; install bubblewrap")))
    try FileManager.default.createSymbolicLink(
      atPath: directory / "bwrap", withDestinationPath: "/bin/ls")
    let failing = ConfinementHost.current(path: directory.path, groups: nil)
    #expect(
      failing.bubblewrap()
        == .failure(
          ConfinementGap(
            "bubblewrap does not work here: \(directory / "bwrap"): unrecognized option '--unshare-user'")))
  }
}
