import MissionModel
import Posix
import Sandbox

/// What the daemon lets missions do: policy and confinement.
extension Daemon {
  /// Refuses to start where this host cannot do what the configuration says.
  func checkConfinement(_ host: ConfinementHost) async throws(StartError) {
    let settings = configuration.current
    let gaps = await BlockingWork.files.run { host.gaps(in: settings.confinement) }
    if let gap = gaps.first { throw StartError("\(gap.key): \(gap.reason)") }
  }
}
