import Formats
import Foundation
import TestSupport
import Testing

/// Plants secrets wherever they can come from and looks for them wherever they could turn up.
@Suite(.timeLimit(.minutes(5))) struct SecretsTests {
  private let directory: TemporaryDirectory
  private let secrets: [String: String]

  init() throws {
    directory = try TemporaryDirectory()
    var secrets: [String: String] = [:]
    for number in 1...20 { secrets["s\(number)"] = "Planted-\(number)/it's \"ö\" \(UUID().uuidString)" }
    self.secrets = secrets
    let folder = directory.path + "/secrets"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    for (name, value) in secrets {
      let made = FileManager.default.createFile(
        atPath: "\(folder)/\(name)", contents: Data((value + "\n").utf8),
        attributes: [.posixPermissions: 0o600])
      #expect(made)
    }
  }

  /// Every form by which a person could make out a planted secret; the UUID inside is part of each.
  private func traces() -> [String] {
    secrets.values.flatMap { value -> [String] in
      let uuid = String(value.suffix(36))
      let bytes = Array(uuid.utf8)
      return [uuid, uuid.lowercased()]
        + (0..<3).map { before in
          String(Base64.encode(Array(repeating: 0, count: before) + bytes).dropFirst(4).prefix(40))
        }
    }
  }

  private var mission: String {
    let echoes = secrets.keys.sorted().map { name in
      """
        - id: echo_\(name)
          step_type: command
          parameters:
            command: printf
            args: ["%s|%s|%s|%s", "{{secret.\(name)}}", "{{secret.\(name) | base64}}",
              "{{secret.\(name) | lower}}", "{{secret.\(name) | json | json}}"]
      """
    }.joined(separator: "\n")
    return """
      name: plant
      config: { fail_fast: false }
      steps:
      \(echoes)
        - id: slow
          step_type: command
          parameters:
            shell: true
            command: |
              for i in $(seq 1 60); do
                printf %s {{secret.s1 | shell_quote}} | dd bs=1 status=none
              done
        - id: variable
          step_type: command
          parameters:
            command: sh
            args: [-c, 'echo $CI_TOKEN; echo $CI_TOKEN | base64 -w0; echo $CI_TOKEN >&2']
        - id: later
          step_type: command
          depends_on: [echo_s1]
          parameters: { command: echo, args: ["{{echo_s1.output.stdout}}"] }
        - id: parsed
          step_type: parse_json
          parameters: { content: '{"{{secret.s2 | base64}}": [{{secret.s3 | json}}]}' }
        - id: failing
          step_type: command
          parameters: { command: sh, args: [-c, 'echo "$0" >&2; exit 3', "{{secret.s4}}"] }
        - id: missing
          step_type: command
          parameters: { command: "{{secret.s5}}", args: [x] }
        - id: misread
          step_type: noop
          parameters: { duration_ms: "{{secret.s6}}" }
      """
  }

  private func search(_ text: String, _ place: String) {
    for trace in traces() where text.contains(trace) { Issue.record("a secret shows in \(place): \(trace)") }
  }

  /// Everything on the disk but what steps were told to write into their workspaces.
  private func searchDisk(_ daemon: TestDaemon) throws {
    let state = daemon.directory / "state"
    var count = 0
    for case let name as String in FileManager.default.enumerator(atPath: state) ?? .init() {
      guard let content = FileManager.default.contents(atPath: "\(state)/\(name)") else { continue }
      search(String(decoding: content, as: UTF8.self), name)
      count += 1
    }
    #expect(count > 10)
  }

  @Test func `no planted secret is on the disk, in an answer or in the daemon's log`() async throws {
    let own = try TemporaryDirectory()
    let configuration = """
      secrets: { directory: \(directory.path)/secrets }
      environment: { pass: [CI_TOKEN] }
      """
    let environment = ["CI_TOKEN": secrets["s20"] ?? ""]
    let daemon = try await TestDaemon(
      configuration: configuration, directory: own, environment: environment)
    let job = try await daemon.execute(mission)
    let masked = #"***|***|***|"\"***\"""#
    #expect(job["step_results"]?["echo_s1"]?["output"]?["stdout"]?.stringValue == masked)
    #expect(job["step_results"]?["later"]?["output"]?["stdout"]?.stringValue == masked + "\n")
    #expect(job["step_results"]?["failing"]?["status"]?.stringValue == "failed")
    #expect(job["step_results"]?["variable"]?["status"]?.stringValue == "success")
    let id = try #require(job["id"]?.stringValue)
    func searchAnswers(of daemon: TestDaemon) async throws {
      var paths = ["/missions", "/missions/\(id)", "/missions/\(id)/document", "/missions/\(id)/events"]
      for step in ["echo_s1", "slow", "variable", "later", "parsed", "failing", "missing", "misread"] {
        paths += ["/missions/\(id)/steps/\(step)", "/missions/\(id)/steps/\(step)/log"]
      }
      for path in paths + ["/metrics", "/readyz"] { search(try await daemon.ask(path).body, path) }
    }
    try await searchAnswers(of: daemon)
    try searchDisk(daemon)
    try await daemon.kill()
    search(daemon.process.errorOutput, "the daemon's log")
    let again = try await TestDaemon(configuration: configuration, directory: own, environment: environment)
    try await searchAnswers(of: again)
    try searchDisk(again)
  }

  @Test func `a secret that everybody may read keeps the daemon from starting`() async throws {
    let path = directory.path + "/secrets/s1"
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    await #expect(throws: TestSupportError.self) {
      _ = try await TestDaemon(configuration: "secrets: { files: { s1: \(path) } }")
    }
  }
}
