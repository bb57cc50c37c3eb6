import Glibc
import MissionModel
package import Posix

/// What this host can do to confine processes, and why it cannot do the rest.
package struct ConfinementHost: Sendable {
  /// The version of Landlock, or why there is none.
  package var landlock: Result<Int, ConfinementGap>
  /// The file of bubblewrap, or why it does not work here. Asked when it is first needed, since asking
  /// starts a program; blocks then.
  package var bubblewrap: @Sendable () -> Result<String, ConfinementGap>
  /// The controllers of the control group that was delegated; empty without one.
  package var controllers: Set<String>
  /// The kernel binds root to no number of processes.
  package var isRoot: Bool

  /// Describes a host.
  package init(
    landlock: Result<Int, ConfinementGap>,
    bubblewrap: @escaping @Sendable () -> Result<String, ConfinementGap>,
    controllers: Set<String> = [], isRoot: Bool = false
  ) {
    self.landlock = landlock
    self.bubblewrap = bubblewrap
    self.controllers = controllers
    self.isRoot = isRoot
  }

  /// Looks at the host that this process runs on.
  ///
  /// - Parameters:
  ///   - path: where `bwrap` is looked for.
  ///   - groups: the control groups that attempts get.
  package static func current(path: String, groups: ControlGroups?) -> ConfinementHost {
    let known = Lock<Result<String, ConfinementGap>?>(nil)
    let landlock: Result<Int, ConfinementGap>
    do throws(Errno) { landlock = .success(try Landlock.version()) } catch {
      landlock = .failure(
        ConfinementGap("the kernel has no Landlock: \(error.reason); boot it with lsm=landlock,…"))
    }
    return ConfinementHost(
      landlock: landlock,
      bubblewrap: {
        known.withLock { known in
          let found = known ?? BubblewrapProbe.run(path: path)
          known = found
          return found
        }
      }, controllers: groups?.controllers ?? [], isRoot: geteuid() == 0)
  }

  /// What of a confinement this host cannot do: the key and the reason. May block.
  package func gaps(in confinement: Confinement) -> [Gap] {
    var gaps: [Gap] = []
    switch confinement.sandbox {
    case .off: break
    case .landlock:
      if case .failure(let gap) = landlock { gaps.append(Gap(key: "sandbox", reason: gap.reason)) }
    case .bubblewrap:
      if case .failure(let gap) = bubblewrap() { gaps.append(Gap(key: "sandbox", reason: gap.reason)) }
    }
    if confinement.limits.processes != nil, isRoot, !controllers.contains("pids") {
      gaps.append(
        Gap(
          key: "limits.processes",
          reason: "the kernel binds root to no number of processes without a control group that has the "
            + "controller pids; run missiond under systemd with Delegate=yes, or as another user"))
    }
    return gaps
  }
}

extension ConfinementHost {
  /// Something that this host cannot do.
  package struct Gap: Sendable, Equatable {
    /// The setting, and the field of a mission's config: `limits.processes`.
    package let key: String
    /// Why not, and the way out.
    package let reason: String
    /// The field as a JSON pointer below `/config/`.
    package var pointer: String { key.split(separator: ".").joined(separator: "/") }
  }
}

/// Why a host cannot do something, in words with a way out.
package struct ConfinementGap: Error, Sendable, Equatable {
  package let reason: String

  /// Wraps a reason.
  package init(_ reason: String) { self.reason = reason }
}

/// Finds out whether bubblewrap can make its namespaces here.
enum BubblewrapProbe {
  static func run(path: String) -> Result<String, ConfinementGap> {
    guard let program = ProgramFinder.search("bwrap", path) else {
      return .failure(ConfinementGap("bwrap is not in PATH; install bubblewrap"))
    }
    let quoted =
      "'" + program.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
    // popen(3) and not a child of the process table: this is asked before there is one, too.
    let line =
      "exec \(quoted) --unshare-user --unshare-pid --unshare-net --ro-bind / / --proc /proc "
      + "-- /bin/sh -c 'echo works' 2>&1 </dev/null"
    guard let stream = popen(line, "re") else {
      return .failure(ConfinementGap("bwrap could not be started: \(Errno(errno, "start bwrap").reason)"))
    }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = fread(&buffer, 1, buffer.count, stream)
    _ = pclose(stream)
    let said = String(decoding: buffer.prefix(count), as: UTF8.self)
    if said == "works\n" { return .success(program) }
    let first = said.split(separator: "\n").first.map(String.init) ?? "it said nothing"
    return .failure(ConfinementGap("bubblewrap does not work here: \(first)"))
  }
}
