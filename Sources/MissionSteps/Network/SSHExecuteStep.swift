package import Formats
package import MissionModel

/// Runs a command on another host through the host's own `ssh`, which never asks anybody.
package struct SSHExecuteStep: StepType {
  package static let name = "ssh_execute"
  package static let summary =
    "Run a command on another host through ssh, with a key, an agent or a password."
  package static let effects: Effects = [.usesNetwork, .runsProcesses, .readsFiles]
  package static let example = """
    step_type: ssh_execute
    parameters: { host: build.example.com, username: deploy, command: systemctl is-active web }
    """
  package static let outputs = [
    OutputField("host", "string", "The host."),
    OutputField("command", "string", "The command."),
    OutputField("stdout", "string", "What it wrote to standard output."),
    OutputField("stderr", "string", "What it wrote to standard error, and what ssh itself said."),
    OutputField("exit_code", "integer", "Its exit code."),
  ]
  package static let mainOutput: String? = "stdout"
  package static let requirements: [Requirement] = [.program("ssh", package: "openssh-client")]

  private let host: String
  private let username: String?
  private let command: String
  private let port: Int
  private let identity: String?
  private let password: String?
  private let knownHosts: String?
  private let isStrict: Bool
  private let environment: StringMap
  private let input: String
  private let timeout: Double

  /// The exit code by which ssh says that it failed itself: ssh(1).
  private static let ownFailure: Int32 = 255

  package init(_ p: inout ParameterReader) {
    host = p.required(
      "host", .host,
      "Its name or address. The files of ssh_config lead nowhere else: no HostName, no proxy, no jump.")
    username = p.optional("username", .nonEmptyString, "The user there; by default as ssh decides.")
    command = p.required("command", .nonEmptyString, "The command, read by the user's shell there.")
    port = p.optional("port", .integer(1...65535), default: 22, "The port of the ssh server.")
    identity = p.optional("identity_file", .readPath, "The file of the private key to use.")
    password = p.optional(
      "password", .secret, "Answers the server's question; take it from {{secret.…}}.")
    knownHosts = p.optional("known_hosts", .readPath, "The file of host keys to trust instead of the user's.")
    isStrict = p.optional(
      "strict_host_key", .bool, default: true,
      "Refuse a host whose key is not known; false accepts and does not check it.")
    environment = p.optional(
      "environment", .stringMap, default: StringMap(),
      "Variables for the command; they go over the connection, in no command line.")
    input = p.optional("stdin", .string, default: "", "Text for its standard input.")
    timeout = p.optional(
      "timeout", .number(0.001...86_400), default: 60, "Seconds for the connection and the command.")
    check(&p)
  }

  private func check(_ p: inout ParameterReader) {
    guard p.purpose != .describing else { return }
    // ssh would take "a/@b" and "ssh://b" for b, and the policy for something else.
    if let hint = PartsOfHost.hint(host) {
      p.problem(at: "host", "\"\(host)\" cannot be a host", hint: hint)
    } else if Self.isOption(host) {
      p.problem(at: "host", "\"\(host)\" cannot be a host")
    }
    if let username, Self.isOption(username) || username.contains("@") {
      p.problem(at: "username", "\"\(username)\" cannot be a user")
    }
    for (name, _) in environment.entries where !Self.isVariable(name) {
      p.problem(at: "environment", "\"\(name)\" cannot be a variable")
    }
  }

  /// True for what ssh would not take as a name.
  private static func isOption(_ text: String) -> Bool {
    text.hasPrefix("-") || text.unicodeScalars.contains { $0.value <= 0x20 || $0.value == 0x7F }
  }

  private static func isVariable(_ name: String) -> Bool {
    name.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
    }
      && name.utf8.first.map { !(0x30...0x39).contains($0) } ?? false
  }

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    guard await context.processes.find("ssh") != nil else {
      throw StepFailure("\(title): ssh is not on this host; install the package openssh-client")
    }
    let holds = try await hold(context.files)
    defer { for held in holds.all { held.release() } }
    let ssh = makeCommand(holds, context.limits.maxOutputBytes)
    let finished = try await TimeBound.run(seconds: timeout, in: context) { () throws(StepFailure) in
      try await run(ssh, context)
    }
    guard let finished else {
      throw StepFailure("\(title): not done before the timeout; raise timeout")
    }
    for warning in finished.warnings { context.warn(warning) }
    let output: JSON = [
      "host": .string(host), "command": .string(command),
      "stdout": .string(String(decoding: finished.stdout, as: UTF8.self)),
      "stderr": .string(String(decoding: finished.stderr, as: UTF8.self)),
      "exit_code": ProcessFailure.exitCode(finished.ending),
    ]
    if finished.ending == .exited(code: 0) { return output }
    throw StepFailure(message(finished), output: output)
  }

  /// Runs ssh with one address of the host after the other, until one answers: ssh itself looks none up, so
  /// it connects to nothing that was not judged.
  private func run(_ ssh: Command, _ context: StepContext) async throws(StepFailure) -> ProcessOutput {
    var rest = try await context.network.addresses(name, port, title)[...]
    while true {
      var attempt = ssh
      attempt.arguments = leading(to: rest.removeFirst()) + ssh.arguments
      let finished = try await context.processes.run(attempt)
      // The words of ssh for a connection that was not made.
      let isUnreached = String(decoding: finished.stderr, as: UTF8.self).contains("connect to host ")
      guard finished.ending == .exited(code: Self.ownFailure), isUnreached, !rest.isEmpty else {
        return finished
      }
    }
  }

  /// The host without the brackets of an IPv6 address.
  private var name: String {
    host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
  }

  /// The options that lead to an address of the host, whose key is the one known under the host's name.
  private func leading(to address: String) -> [String] {
    let known = port == 22 ? name : "[\(name)]:\(port)"
    let options = ["HostName=\(Self.escaped(address))", "HostKeyAlias=\(Self.escaped(known.lowercased()))"]
    return options.flatMap { ["-o", $0] }
  }

  private var title: String { "ssh \(username.map { $0 + "@" } ?? "")\(host)" }

  private struct Holds {
    var identity: HeldPath?
    var knownHosts: HeldPath?
    var all: [HeldPath] { [identity, knownHosts].compactMap(\.self) }
  }

  private func hold(_ files: Files) async throws(StepFailure) -> Holds {
    var holds = Holds()
    if let identity { holds.identity = try await files.hold(identity, .read) }
    if let knownHosts {
      do throws(StepFailure) { holds.knownHosts = try await files.hold(knownHosts, .read) } catch {
        holds.identity?.release()
        throw error
      }
    }
    return holds
  }

  /// Leads the connection to the host that the policy judged, and to the mission's command alone, whatever
  /// the files of ssh_config(5) say: what stands in the command line comes before them.
  private static let straight = [
    "CanonicalizeHostname=no", "ProxyCommand=none", "ProxyJump=none", "ControlPath=none",
    "RemoteCommand=none", "PermitLocalCommand=no",
  ]

  private func makeCommand(_ holds: Holds, _ maxOutputBytes: Int) -> Command {
    var arguments = ["-T", "-p", String(port)]
    var options = [
      "BatchMode=\(password == nil ? "yes" : "no")", "ConnectTimeout=\(max(1, Int(timeout)))",
      "ServerAliveInterval=15", "LogLevel=ERROR",
      "ForwardAgent=no", "ClearAllForwardings=yes", "StrictHostKeyChecking=\(isStrict ? "yes" : "no")",
      "UpdateHostKeys=no",
    ]
    options += Self.straight
    if password != nil {
      let methods = (identity == nil ? "" : "publickey,") + "password,keyboard-interactive"
      options += ["NumberOfPasswordPrompts=1", "PreferredAuthentications=\(methods)"]
    }
    if let path = holds.identity?.realPath {
      options += ["IdentityFile=\(Self.quoted(path))", "IdentitiesOnly=yes"]
    }
    if let path = holds.knownHosts?.realPath {
      options += ["UserKnownHostsFile=\(Self.quoted(path))", "GlobalKnownHostsFile=/dev/null"]
    } else if !isStrict {
      options += ["UserKnownHostsFile=/dev/null", "GlobalKnownHostsFile=/dev/null"]
    }
    arguments += options.flatMap { ["-o", $0] }
    if let username { arguments += ["-l", username] }
    // The variables come first on standard input, so that their values stand in no command line; dd reads not
    // a byte more than them.
    let exports = environment.entries.map { "export \($0.key)=\(ShellWords.quote($0.value))\n" }.joined()
    let reading = "eval \"$(dd bs=1 count=\(exports.utf8.count) 2>/dev/null)\"; "
    arguments += ["--", host, exports.isEmpty ? command : reading + command]
    var ssh = Command("ssh", arguments)
    ssh.input = Array((exports + input).utf8)
    ssh.maxOutputBytes = min(maxOutputBytes, 1 << 20)
    ssh.password = password
    return ssh
  }

  /// A path as the options of ssh read it: ssh_config(5).
  private static func quoted(_ path: String) -> String { "\"\(escaped(path))\"" }

  /// A text in which ssh finds no tokens to replace.
  private static func escaped(_ text: String) -> String { text.replacing("%", with: "%%") }

  private func message(_ finished: ProcessOutput) -> String {
    let words = String(decoding: finished.stderr, as: UTF8.self)
    guard finished.ending == .exited(code: Self.ownFailure) else {
      return ProcessFailure.message("\"\(command)\" on \(host)", finished)
    }
    for (sign, meaning) in Self.meanings where words.contains(sign) { return "\(title): \(meaning)" }
    let end = ProcessFailure.endOfText(finished.stderr)
    // The command's own code cannot be told from that of ssh.
    return end.isEmpty
      ? "run \"\(command)\" on \(host): a signal ended it there, or it exited with code 255"
      : "\(title): \(end)"
  }

  private static let meanings = [
    (
      "UNPROTECTED PRIVATE KEY FILE",
      "others may read the private key, so ssh does not use it; give its file the mode 600"
    ),
    (
      "kex_exchange_identification",
      "the server ended the connection before it said who it is; does an ssh server listen at that port?"
    ),
    (
      "REMOTE HOST IDENTIFICATION HAS CHANGED",
      "the host key is not the one that is known; if the host was set up anew, replace its line in known_hosts"
    ),
    (
      "Host key verification failed",
      "the host key is not known; add it to known_hosts, for example with ssh-keyscan, and compare it"
    ),
    ("Permission denied", "the server does not let this user in; check username, identity_file and password"),
    ("Connection refused", "nothing listens at that port; check host and port"),
    ("Could not resolve hostname", "no address is known for the host; check the name and the resolver"),
    (
      "closed by remote host",
      "the server ended the connection in the middle; what the command did until then is not known"
    ),
    ("timed out", "the server does not answer; check host, port and the network between"),
  ]
}
