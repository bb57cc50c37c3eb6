import Formats
import MissionModel
import Sandbox
import Telemetry

/// The one table of settings: the file, the variables, the flags and `Config/missiond.yaml` come from it.
package enum Settings {
  /// Every setting, in the order of `Config/missiond.yaml`.
  package static let table: [Setting] =
    service + work + confinement + policy + secrets + databases + proxy + models + limits + retention + log

  /// The setting with this key.
  package static subscript(key: String) -> Setting? { byKey[key] }

  private static let byKey = Dictionary(uniqueKeysWithValues: table.map { ($0.key, $0) })

  private static let address = SettingKind.text("an address with its port, such as \"127.0.0.1:7433\"")
  private static let name = SettingKind.text("a name")
  private static let commandRule = SettingKind.text("a program and words of its arguments")
  private static let hostRule = SettingKind.text("a name, an address or a network")
  private static let anyBytes = SettingKind.bytes(0...Int.max)

  private static let service: [Setting] = [
    Setting(
      "listen", \.listen, address.list,
      "TCP addresses to serve HTTP on; other than loopback ones only with tokens."),
    Setting(
      "hosts", \.hosts, name.list,
      "Names of this host that clients may use in Host, besides loopback addresses and localhost.",
      isReloadable: true),
    Setting(
      "socket.path", \.socketPath, SettingKind.absolutePath.orNone,
      "Unix socket; null is /run/missiond/missiond.sock, else missiond.sock in $XDG_RUNTIME_DIR."),
    Setting("socket.mode", \.socketMode, .mode, "Its permissions; who may connect is judged by uid, too."),
    Setting("state_dir", \.stateDirectory, .absolutePath, "Jobs, logs and workspaces are kept here."),
    Setting(
      "auth.uids", \.uids, SettingKind.integer(0...Int(UInt32.max)).list,
      "Users that the Unix socket admits, besides root and the daemon's own.", isReloadable: true),
    Setting(
      "auth.tokens_file", \.tokensFile, SettingKind.absolutePath.orNone,
      "Tokens that callers over TCP need then, made by mission token make; changes are taken up by themselves."
    ),
    Setting(
      "auth.tokens_credential", \.tokensCredential, name.orNone,
      "The same as a credential that systemd hands over with LoadCredential=."),
  ]

  private static let work: [Setting] = [
    Setting(
      "executors", \.executors, .integer(0...10_000),
      "Jobs carried out at once; 0 accepts jobs and starts none."),
    Setting(
      "drain_seconds", \.drainSeconds, .integer(0...86_400),
      "How long running steps may go on after SIGTERM; then they are interrupted, to run again later.",
      isReloadable: true),
    Setting(
      "kill_grace_ms", \.killGraceMilliseconds, .integer(0...600_000),
      "Time from SIGTERM to SIGKILL for what a step started."),
    Setting(
      "environment.pass", \.passedEnvironment, name.list,
      "Variables of the daemon that steps see, as {{env.NAME}} too, besides PATH, HOME, USER, LANG, TZ, TMPDIR."
    ),
    Setting(
      "environment.home", \.home, SettingKind.absolutePath.orNone,
      "HOME of the steps, shared by all jobs: build caches, .ssh (ssh looks in its user's). null is the daemon's own."
    ),
    Setting(
      "paths.read", \.readPaths, SettingKind.absolutePath.list,
      "Folders outside of the workspace that file steps may read."),
    Setting(
      "paths.write", \.writePaths, SettingKind.absolutePath.list,
      "Folders outside of the workspace that file steps may change, and that config.workspace may name."),
  ]

  private static let confinement: [Setting] = [
    Setting(
      "sandbox", \.confinement.sandbox, .word,
      "Around the processes of steps: off, landlock, or bubblewrap; a mission may ask for more, not for less."
    ),
    Setting(
      "sandbox_network", \.confinementNetwork, .word,
      "Who keeps the network in a sandbox: open, all; effects, types that say so; auto, effects in bubblewrap."
    ),
  ]

  private static let policy: [Setting] = [
    Setting(
      "policy.step_types.allow", \.policy.stepTypes.allow, name.list,
      "Step types that missions may use, * for any part of a name; none named is all.",
      isReloadable: true),
    Setting(
      "policy.step_types.deny", \.policy.stepTypes.deny, name.list, "Step types that they may not use.",
      isReloadable: true),
    Setting(
      "policy.commands.allow", \.policy.commands.allow, commandRule.list,
      "Programs that may run, with words that must be among their arguments; none named is all.",
      isReloadable: true),
    Setting(
      "policy.commands.deny", \.policy.commands.deny, commandRule.list,
      "Those that may not: * is any part, | parts alternatives, {outside} leads out of the workspace.",
      isReloadable: true),
    Setting(
      "policy.paths.deny", \.policy.deniedPaths, SettingKind.absolutePath.list,
      "Folders that stay closed inside of paths.read and paths.write; databases' sockets there do, too.",
      isReloadable: true),
    Setting(
      "policy.hosts.allow", \.policy.hosts.allow, hostRule.list,
      "Names, addresses and networks, with or without port, that may be connected to; none named is all.",
      isReloadable: true),
    Setting(
      "policy.hosts.deny", \.policy.hosts.deny, hostRule.list,
      "Those that may not: at first where clouds hand out credentials. Judged after names are looked up.",
      isReloadable: true),
    Setting(
      "policy.limits.timeout_seconds", \.policy.longestTimeout, SettingKind.integer(1...Int.max).orNone,
      "Longest time-out of a step that a mission may ask for.",
      isReloadable: true),
    Setting(
      "policy.limits.retry_attempts", \.policy.mostRetries, SettingKind.integer(0...Int.max).orNone,
      "Most retries of a step.", isReloadable: true),
  ]

  private static let secrets: [Setting] = [
    Setting(
      "secrets.files", \.secrets.files, SettingKind.absolutePath.map,
      "Secrets for {{secret.NAME}}: a map of names to files, which others must not be able to read.",
      isReloadable: true),
    Setting(
      "secrets.directory", \.secrets.directory, SettingKind.absolutePath.orNone,
      "A folder of further ones, a file each, named as the secret.", isReloadable: true),
    Setting(
      "secrets.credentials", \.secrets.credentials, name.list,
      "Names of further ones that systemd hands over with LoadCredential= or SetCredentialEncrypted=.",
      isReloadable: true),
    Setting(
      "secrets.env", \.secrets.environment, name.list,
      "Variables that are masked besides those named *_TOKEN, *_KEY, *_SECRET and *_PASSWORD.",
      isReloadable: true),
  ]

  private static let limits: [Setting] = [
    Setting(
      "limits.max_mission_bytes", \.limits.maxMissionBytes, .bytes((1 << 10)...(1 << 30)),
      "Largest mission document; beyond 1 MiB it is kept on disk while it arrives."),
    Setting(
      "limits.max_steps", \.limits.maxSteps, .integer(1...10_000_000), "Most steps of a mission."),
    Setting(
      "limits.max_edges", \.limits.maxEdges, .integer(0...10_000_000),
      "Most dependencies of a mission, all steps together."),
    Setting(
      "limits.max_scalar_bytes", \.limits.maxScalarBytes, .bytes((1 << 10)...(1 << 30)),
      "Longest text or number in a mission."),
    Setting(
      "limits.max_depth", \.limits.maxDepth, .integer(1...DocumentLimits.greatestDepth),
      "Deepest nesting of a mission."),
    Setting(
      "limits.max_alias_nodes", \.limits.maxAliasNodes, .integer(0...100_000_000),
      "Most values that YAML aliases may add."),
    Setting(
      "limits.max_output_bytes", \.limits.maxOutputBytes, .bytes((1 << 10)...(1 << 30)),
      "Largest output of one step, which later steps and readers get."),
    Setting(
      "limits.max_log_bytes", \.limits.maxLogBytes, anyBytes,
      "Longest log of one attempt; then it ends with a marker and the step goes on."),
    Setting(
      "limits.max_queued", \.limits.maxQueued, .integer(0...100_000_000),
      "Most jobs that wait; further ones are refused with 429."),
    Setting(
      "limits.max_connections", \.limits.maxConnections, .integer(1...1_000_000),
      "Most connections at once; further ones wait."),
    Setting(
      "limits.max_running_processes", \.limits.maxRunningProcesses, .integer(0...1_000_000),
      "Most processes of steps that run at once over all jobs; 0 is four times the cores."),
    Setting(
      "limits.workspace.max_bytes", \.limits.workspaceMaxBytes, anyBytes.orNone,
      "Most bytes that a job's workspace may hold; null is no bound."),
    Setting(
      "limits.min_free_bytes", \.limits.minFreeBytes, anyBytes,
      "Free space under the state directory below which nothing starts.", isReloadable: true),
    Setting(
      "limits.memory_bytes", \.confinement.limits.memoryBytes, SettingKind.bytes((1 << 20)...Int.max).orNone,
      "Memory of a step; without a control group of each process. null is no bound, here and in the next four."
    ),
    Setting(
      "limits.cpu_seconds", \.confinement.limits.cpuSeconds, SettingKind.integer(1...Int.max).orNone,
      "Processor time of each process of a step."),
    Setting(
      "limits.processes", \.confinement.limits.processes, SettingKind.integer(1...Int.max).orNone,
      "Processes of a step; without a control group those of the daemon's user."),
    Setting(
      "limits.open_files", \.confinement.limits.openFiles, SettingKind.integer(3...Int.max).orNone,
      "Open files of each process of a step."),
    Setting(
      "limits.file_bytes", \.confinement.limits.fileBytes, SettingKind.bytes(0...Int.max).orNone,
      "Largest file that a process of a step may write."),
    Setting(
      "limits.header_bytes", \.headerBytes, .bytes((1 << 10)...(1 << 20)),
      "Most bytes of a request's header fields."),
    Setting(
      "limits.target_bytes", \.targetBytes, .bytes(256...(1 << 20)), "Most bytes of a request's target."),
    Setting(
      "limits.header_seconds", \.headerSeconds, .integer(1...3600), "Time for the head of a request."),
    Setting(
      "limits.body_seconds", \.bodySeconds, .integer(1...86_400),
      "Time for the content of a request, and a second more for each 64 KiB."),
    Setting(
      "limits.idle_seconds", \.idleSeconds, .integer(1...86_400),
      "A connection without a request is closed after this time."),
  ]

  private static let retention: [Setting] = [
    Setting(
      "retention.days", \.retentionDays, .integer(0...36_500), "Finished jobs are kept this long,",
      isReloadable: true),
    Setting(
      "retention.jobs", \.retentionJobs, .integer(0...100_000_000),
      "and this many of them, whichever is less.", isReloadable: true),
    Setting(
      "retention.workspace_hours", \.workspaceHours, .integer(0...876_000),
      "How long the workspace of a completed job is kept.", isReloadable: true),
    Setting(
      "retention.failed_workspace_hours", \.failedWorkspaceHours, .integer(0...876_000),
      "How long that of a failed or cancelled job is kept, to look at and to retry.", isReloadable: true),
    Setting(
      "retention.audit_days", \.auditDays, .integer(1...36_500),
      "How long entries of the audit trail are kept.", isReloadable: true),
  ]

  private static let log: [Setting] = [
    Setting(
      "log.format", \.logFormat, .word,
      "auto is <N> priorities under journald and text elsewhere."),
    Setting("log.level", \.logLevel, .level, "The least that is written."),
  ]
}
