import Formats
import Glibc
import Posix
package import Telemetry

extension Logger {
  /// The log of a daemon: one line each on standard error, in the format that the configuration says.
  package static func daemon(_ configuration: Configuration, environment: [String: String]) -> Logger {
    Logger(
      level: configuration.logLevel, format: DaemonLog.format(configuration, environment: environment),
      now: { Timestamp(milliseconds: WallClock.milliseconds) },
      sink: { line in
        // A log that cannot be written has nowhere to say so.
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      })
  }
}

/// Where the daemon's log goes, and how its lines look.
enum DaemonLog {
  /// What the configuration says; `auto` is the journal's format where the journal reads it.
  static func format(_ configuration: Configuration, environment: [String: String]) -> Logger.Format {
    switch configuration.logFormat {
    case .text: .text
    case .json: .json
    case .journal: .journal
    case .auto: isJournal(environment) ? .journal : .text
    }
  }

  /// Whether standard error is the journal's stream, which `JOURNAL_STREAM` names by device and inode.
  private static func isJournal(_ environment: [String: String]) -> Bool {
    var status = stat()
    guard let stream = environment["JOURNAL_STREAM"], fstat(STDERR_FILENO, &status) == 0 else { return false }
    return stream == "\(status.st_dev):\(status.st_ino)"
  }
}
