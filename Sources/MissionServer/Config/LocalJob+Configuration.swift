package import MissionKit
import Sandbox

extension LocalJob.Settings {
  /// Takes from the daemon's configuration what holds for a job in this process, too: limits, paths, sandbox,
  /// policy, secrets, databases, models. Returns what a user should hear of, one sentence each.
  package mutating func take(_ configuration: Configuration) throws(StartError) -> [String] {
    limits = configuration.limits
    readable = configuration.readPaths
    writable = configuration.writePaths
    confinement = configuration.confinement
    confinementNetwork = configuration.confinementNetwork
    places = configuration.confinementPlaces(environment: environment)
    judge = configuration.policyJudge
    models = configuration.ai
    do throws(SecretsError) {
      let read = try SecretsLive.load(configuration.secrets, environment: environment)
      databases = try NamedConnections.fill(configuration.databases) { read.find($0) }
      proxy = try configuration.proxy.filled { read.find($0) }
      secrets = read
      return read.warnings
    } catch {
      throw StartError(error.description)
    }
  }
}
