import Glibc
import MissionModel
import Posix

extension ProcessesLive {
  /// Puts the attempt's bounds and sandbox around a child.
  ///
  /// - Parameter directory: where it starts, free of links.
  /// - Throws: `.denied` where this host cannot do what is asked for.
  func confine(
    _ configuration: inout SubprocessConfiguration, in directory: String, for attempt: Attempt
  ) async throws(StepFailure) -> Ruleset? {
    let confinement = attempt.confinement
    guard confinement != Confinement() else { return nil }
    let host = surroundings.host
    let gaps = await BlockingWork.files.run { host.gaps(in: confinement) }
    if let gap = gaps.first {
      throw StepFailure(.denied, "run \(configuration.arguments[0]): \(gap.key): \(gap.reason)")
    }
    apply(confinement.limits, to: &configuration)
    let places = surroundings.findPlaces()
    let workspace = String(decoding: attempt.workspace.judge.roots.workspace, as: UTF8.self)
    switch confinement.sandbox {
    case .off: return nil
    case .landlock:
      guard case .success(let version) = host.landlock else { preconditionFailure("gaps were looked for") }
      let ruleset = try await attempt.workspace.piece { [rulesets] () throws(StepFailure) in
        do throws(Errno) {
          return try rulesets.ruleset(
            places, workspace: workspace, refusesNetwork: !attempt.allowsNetwork, version: version)
        } catch { throw StepFailure("confine a program: \(error)") }
      }
      configuration.landlock = ruleset.number
      return ruleset
    case .bubblewrap:
      guard case .success(let bwrap) = host.bubblewrap() else { preconditionFailure("gaps were looked for") }
      let words = try await attempt.workspace.piece { () throws(StepFailure) in
        Bubblewrap(
          rules: places.rules(workspace: workspace), links: ConfinementPlaces.topLinks(),
          sharesNetwork: attempt.allowsNetwork, directory: directory)
      }
      let own = Array(configuration.arguments.dropFirst())
      configuration.arguments = ["bwrap"] + words.arguments(for: configuration.program, own)
      configuration.program = bwrap
      configuration.forbidsNewPrivileges = true
      return nil
    }
  }

  /// Bounds on the whole attempt where a control group keeps them, else on each process.
  private func apply(
    _ limits: MissionConfig.ProcessLimits, to configuration: inout SubprocessConfiguration
  ) {
    let controllers = surroundings.host.controllers
    if let bytes = limits.memoryBytes {
      if controllers.contains("memory") {
        configuration.groupLimits.memoryBytes = bytes
      } else {
        configuration.limits.append(.atMost(UInt64(bytes), of: CInt(RLIMIT_DATA.rawValue)))
      }
    }
    if let count = limits.processes {
      if controllers.contains("pids") {
        configuration.groupLimits.processes = count
      } else {
        configuration.limits.append(.atMost(UInt64(count), of: CInt(__RLIMIT_NPROC.rawValue)))
      }
    }
    if let seconds = limits.cpuSeconds {
      // SIGXCPU says why; a program that does not heed it is killed two seconds later.
      configuration.limits.append(
        .atMost(UInt64(seconds), of: CInt(RLIMIT_CPU.rawValue), hard: UInt64(seconds) + 2))
    }
    if let count = limits.openFiles {
      configuration.limits.append(.atMost(UInt64(count), of: CInt(RLIMIT_NOFILE.rawValue)))
    }
    if let bytes = limits.fileBytes {
      configuration.limits.append(.atMost(UInt64(bytes), of: CInt(RLIMIT_FSIZE.rawValue)))
    }
  }
}

extension SubprocessConfiguration.Limit {
  /// A limit, or the one that this process has itself where that is lower: it cannot be raised.
  fileprivate static func atMost(
    _ value: UInt64, of resource: CInt, hard: UInt64? = nil
  ) -> SubprocessConfiguration.Limit {
    var own = rlimit()
    guard getrlimit(__rlimit_resource_t(UInt32(resource)), &own) == 0 else {
      return SubprocessConfiguration.Limit(resource: resource, value: value, hard: hard)
    }
    return SubprocessConfiguration.Limit(
      resource: resource, value: min(value, UInt64(own.rlim_max)),
      hard: min(hard ?? value, UInt64(own.rlim_max)))
  }
}

extension ConfinementPlaces {
  /// The links at the top of the file system that lead to system folders, as where `/usr` holds `/bin`.
  static func topLinks() -> [(path: String, target: String)] {
    system.compactMap { path in
      var buffer = [CChar](repeating: 0, count: 4096)
      let count = readlink(path, &buffer, buffer.count)
      guard count > 0 else { return nil }
      return (path, String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
  }
}
