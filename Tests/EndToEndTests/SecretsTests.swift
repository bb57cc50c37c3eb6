import Formats
import Foundation
import TestSupport
import Testing

/// Plants secrets wherever they can come from and looks for them wherever they could turn up.
@Suite(.timeLimit(.minutes(5))) struct SecretsTests {
  private let directory: TemporaryDirectory
  private let secrets: [String: String]
  /// A password that a mission gives away in connection strings.
  private let literal = "Literal-\(UUID().uuidString)"
  /// Secrets that are variables of the daemon instead of files.
  private static let variables = ["s18", "s19", "s20"]

  init() throws {
    directory = try TemporaryDirectory()
    var secrets: [String: String] = [:]
    for number in 1...20 { secrets["s\(number)"] = "Planted-\(number)/it's \"ö\" \(UUID().uuidString)" }
    self.secrets = secrets
    for (name, value) in secrets where !Self.variables.contains(name) {
      let folder = ["s16": "files", "s17": "credentials"][name] ?? "secrets"
      try directory.write(value + "\n", to: "\(folder)/\(name)", mode: 0o600)
    }
  }

  /// Every form by which a person could make out a planted secret; the UUID inside is part of each.
  private func traces(of values: some Sequence<String>) -> [String] {
    values.flatMap { value -> [String] in
      let uuid = String(value.suffix(36))
      let bytes = Array(uuid.utf8)
      return [uuid, uuid.lowercased()]
        + (0..<3).map { before in
          String(Base64.encode(Array(repeating: 0, count: before) + bytes).dropFirst(4).prefix(40))
        }
    }
  }

  /// Steps that show the secrets of files as they are and as filters leave them.
  private var echoes: String {
    secrets.keys.filter { !Self.variables.contains($0) }.sorted().map { name in
      """
        - id: echo_\(name)
          step_type: command
          parameters:
            command: printf
            args: ["%s|%s|%s|%s", "{{secret.\(name)}}", "{{secret.\(name) | base64}}",
              "{{secret.\(name) | lower}}", "{{secret.\(name) | json | json}}"]
      """
    }.joined(separator: "\n")
  }

  private func mission(echoing server: LoopbackServer) -> String {
    """
    name: plant
    config: { fail_fast: false }
    context: { cache: "redis://:\(literal)@cache/0" }
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
          args:
            - -c
            - echo $CI_TOKEN $PHRASE $DATABASE_URL; echo $CI_TOKEN | base64 -w0; echo $CI_TOKEN >&2
      - id: header
        step_type: http
        parameters:
          url: http://127.0.0.1:\(server.port)/a
          headers: { X-Key: "{{secret.s7 | base64}}" }
      - id: basic
        step_type: http
        parameters: { url: "http://me:\(literal)@127.0.0.1:\(server.port)/a" }
      - id: database
        step_type: sql_query
        parameters: { connection: "postgres://me:\(literal)@127.0.0.1:1/x", query: select 1 }
      - id: told
        step_type: command
        parameters: { command: echo, args: ["{{context.cache}}", "\(literal)"] }
      - id: names
        step_type: command
        parameters:
          command: sh
          args: [-c, 'mkdir -p "names/$0" && find names && cat "names/$0/none"', "{{secret.s8}}"]
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

  private static let steps = [
    "echo_s1", "slow", "variable", "later", "parsed", "failing", "missing", "misread", "header", "basic",
    "database", "told", "names",
  ]

  private func search(_ text: String, _ place: String, for values: [String]) {
    for trace in traces(of: values) where text.contains(trace) {
      Issue.record("a secret shows in \(place): \(trace)")
    }
  }

  /// Every answer about a job, and those about everything. Only the document shows what stood in it.
  private func searchAnswers(of daemon: TestDaemon, about id: String) async throws {
    var paths = ["", "?include=outputs", "/document", "/events"].map { "/missions/\(id)\($0)" }
    for step in Self.steps {
      paths += ["/missions/\(id)/steps/\(step)", "/missions/\(id)/steps/\(step)/log"]
    }
    for path in paths + ["/missions", "/metrics", "/readyz", "/audit?limit=1000", "/step-types"] {
      let answer = try await daemon.ask(path)
      search(answer.head + answer.body, path, for: Array(secrets.values))
      if !path.hasSuffix("/document") { search(answer.head + answer.body, path, for: [literal]) }
    }
  }

  /// Everything on the disk but what steps were told to write into their workspaces. The literal password is
  /// in the job table, and there in nothing but the document.
  private func searchDisk(_ daemon: TestDaemon) async throws {
    let state = daemon.directory / "state"
    var count = 0
    for case let name as String in FileManager.default.enumerator(atPath: state) ?? .init() {
      guard let content = FileManager.default.contents(atPath: "\(state)/\(name)") else { continue }
      let text = String(decoding: content, as: UTF8.self)
      search(text, name, for: Array(secrets.values))
      if !name.hasPrefix("missiond.db") { search(text, name, for: [literal]) }
      count += 1
    }
    #expect(count > 10)
    let tables = try await TestProcess.run(
      "python3", ["-c", Self.tablesWith, "\(state)/missiond.db", literal])
    #expect(tables.output == "documents\n", "\(tables.error)")
  }

  /// Prints the tables of a database in which a text stands.
  private static let tablesWith = """
    import sqlite3, sys
    db = sqlite3.connect(sys.argv[1])
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").fetchall():
        if sys.argv[2] in repr(db.execute(f'SELECT * FROM "{table}"').fetchall()):
            print(table)
    """

  @Test func `no planted secret is on the disk, in an answer or in the daemon's log`() async throws {
    let own = try TemporaryDirectory()
    let server = try LoopbackServer { request in
      .last("HTTP/1.1 200 OK\r\nContent-Length: \(request.utf8.count)\r\n\r\n\(request)")
    }
    let configuration = """
      secrets:
        directory: \(directory / "secrets")
        files: { s16: \(directory / "files/s16") }
        credentials: [s17]
        env: [PHRASE]
      environment: { pass: [CI_TOKEN, PHRASE, DATABASE_URL] }
      """
    let password = secrets["s19"]?.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let environment = [
      "CI_TOKEN": secrets["s20"] ?? "", "PHRASE": secrets["s18"] ?? "",
      "DATABASE_URL": "mysql://me:\(password)@db/x", "CREDENTIALS_DIRECTORY": directory / "credentials",
    ]
    let daemon = try await TestDaemon(
      configuration: configuration, directory: own, environment: environment)
    let job = try await daemon.execute(mission(echoing: server))
    func output(_ step: String, _ name: String) -> String {
      job["step_results"]?[step]?["output"]?[name]?.stringValue ?? "\(job)"
    }
    let masked = #"***|***|***|"\"***\"""#
    #expect(output("echo_s1", "stdout") == masked)
    #expect(output("later", "stdout") == masked + "\n")
    #expect(job["step_results"]?["failing"]?["status"]?.stringValue == "failed")
    #expect(output("variable", "stdout").hasPrefix("*** *** mysql://me:***@db/x\n"))
    #expect(output("header", "body").contains("X-Key: ***"))
    #expect(output("basic", "body").contains("Authorization: Basic "))
    #expect(output("told", "stdout") == "redis://:***@cache/0 ***\n")
    #expect(output("names", "stdout").contains("names/***"))
    #expect(
      job.compact.contains("/steps/21/parameters/connection: holds a password"), "\(job["warnings"] as Any)")
    let id = try #require(job["id"]?.stringValue)
    try await searchAnswers(of: daemon, about: id)
    try await searchDisk(daemon)
    try await daemon.kill()
    search(daemon.process.errorOutput, "the daemon's log", for: secrets.values + [literal])
    let again = try await TestDaemon(configuration: configuration, directory: own, environment: environment)
    try await searchAnswers(of: again, about: id)
    try await searchDisk(again)
  }

  @Test func `a secret that everybody may read keeps the daemon from starting`() async throws {
    let path = directory.path + "/secrets/s1"
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    await #expect(throws: TestSupportError.self) {
      _ = try await TestDaemon(configuration: "secrets: { files: { s1: \(path) } }")
    }
  }

  @Test func `the files of secrets stay closed to steps, also where their folder may be read`() async throws {
    let folder = directory.path + "/secrets"
    try directory.write("seen", to: "secrets/other")
    let daemon = try await TestDaemon(
      configuration: "{secrets: {files: {s1: \(folder)/s1}}, paths: {read: [\(folder)]}}")
    let job = try await daemon.execute(
      """
      name: reading
      config: {fail_fast: false}
      steps:
        - {id: open, step_type: read_file, parameters: {path: \(folder)/other}}
        - {id: closed, step_type: read_file, parameters: {path: \(folder)/s1}}
        - {id: copied, step_type: copy_file, parameters: {source: \(folder)/s1, destination: s1}}
      """)
    #expect(job["step_results"]?["open"]?["output"]?["content"] == "seen", "\(job.compact)")
    for step in ["closed", "copied"] {
      #expect(job["step_results"]?[step]?["status"] == "failed", "\(job.compact)")
    }
  }
}
