package import MissionModel
package import Sandbox
package import Telemetry

/// Everything that a daemon can be told, as `Settings` reads it. The values here are the defaults.
package struct Configuration: Sendable, Equatable {
  /// How lines of the log look.
  package enum LogFormat: String, Sendable, CaseIterable {
    /// Under journald its prefix, on a terminal text, else text too.
    case auto
    case text, json, journal
  }

  /// Addresses of TCP that are listened on, such as `127.0.0.1:7433`.
  package var listen = ["127.0.0.1:7433"]
  /// Names of this host by which clients may ask for it, besides loopback addresses and `localhost`.
  package var hosts: [String] = []
  /// The Unix socket; nil for `/run/missiond/missiond.sock`, or one in `$XDG_RUNTIME_DIR`.
  package var socketPath: String?
  /// The permissions of the Unix socket.
  package var socketMode = 0o660
  /// Where jobs, logs and workspaces are kept.
  package var stateDirectory = "/var/lib/missiond"

  /// Jobs carried out at once; 0 accepts jobs and starts none.
  package var executors = 64
  /// How long a drain waits for running steps, in seconds.
  package var drainSeconds = 30
  /// From SIGTERM to SIGKILL for what a step started, in milliseconds.
  package var killGraceMilliseconds = 5000

  /// Variables of the daemon that steps and `{{env.NAME}}` get, besides the fixed few.
  package var passedEnvironment: [String] = []
  /// The steps' HOME; nil for the daemon's own.
  package var home: String?
  /// Folders outside of the workspace that file steps may read.
  package var readPaths: [String] = []
  /// Folders outside of the workspace that file steps may change.
  package var writePaths: [String] = []

  /// How far the processes of steps are confined, and by which bounds.
  package var confinement = Confinement()
  /// Which confined processes may use the network.
  package var confinementNetwork = ConfinementNetwork.auto
  /// What missions may not do.
  package var policy = Policy()

  /// Where secrets are read from.
  package var secrets = SecretsLive.Sources()
  /// Connection strings by the names that missions call them, with placeholders for their passwords.
  package var databases: [String: String] = [:]

  /// What requests of HTTP go through, with a placeholder for its password.
  package var proxy = WebProxy()

  /// Who runs models, and where: the section `ai`.
  package var ai = ModelSettings()

  /// The engine's bounds.
  package var limits = Limits()
  /// Bytes of all header fields of a request.
  package var headerBytes = 32 << 10
  /// Bytes of a request's target.
  package var targetBytes = 8 << 10
  /// Seconds for the head of a request.
  package var headerSeconds = 10
  /// Seconds for the content of a request, and one more for each 64 KiB of it.
  package var bodySeconds = 60
  /// Seconds without a request after which a connection is closed.
  package var idleSeconds = 75

  /// Days that a finished job is kept.
  package var retentionDays = 30
  /// Finished jobs that are kept.
  package var retentionJobs = 10_000
  /// Hours that the workspace of a completed job is kept.
  package var workspaceHours = 24
  /// Hours that the workspace of a failed or cancelled job is kept.
  package var failedWorkspaceHours = 168
  /// Days that entries of the audit trail are kept.
  package var auditDays = 365

  package var logFormat = LogFormat.auto
  package var logLevel = LogLevel.info

  /// User ids that the Unix socket admits, besides root and the daemon's own.
  package var uids: [Int] = []
  /// The file of the tokens that callers over TCP need; nil asks nobody for one.
  package var tokensFile: String?
  /// The name of a credential with further tokens.
  package var tokensCredential: String?

  /// The defaults.
  package init() {}
}
