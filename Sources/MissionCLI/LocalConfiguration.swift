import Glibc
package import MissionServer
import Posix

/// The daemon's configuration for subcommands that work without a daemon: policy, sandbox, paths, limits.
package enum LocalConfiguration {
  /// The flag that names it.
  package static let flag = Flag(
    "--config", "FILE", "The daemon's configuration, for its policy, sandbox, paths and limits.")

  /// Reads what `--config` names; without it the defaults hold.
  package static func read(
    _ arguments: Arguments, _ console: Console
  ) throws(CommandError) -> Configuration {
    guard let path = arguments.value("--config") else { return Configuration() }
    let bytes = try InputFile.read(path, console)
    do throws(ConfigurationError) {
      return try ConfigurationReader.read(
        file: (path, bytes), environment: [:],
        check: { ConfigurationCheck.problems(of: $0, console.environment) })
    } catch {
      throw CommandError(.usage, error.description)
    }
  }
}
