import Formats
import Foundation
import TestSupport
import Testing

/// A daemon that asks for tokens, attacked as a stranger on this host or a web page would.
@Suite(.timeLimit(.minutes(3))) struct AccessTests {
  private static let mission = "name: one\nsteps: [{id: a, step_type: noop}]\n"
  private let directory: TemporaryDirectory
  private let file: String

  init() throws {
    directory = try TemporaryDirectory()
    file = directory / "tokens"
  }

  private func make(_ name: String, _ scopes: String) async throws -> String {
    let record = try await TestProcess.run(
      try TestProcess.product("mission"), ["token", "make", name, "--scopes", scopes, "--file", file])
    return "Authorization: Bearer \(record.output.filter { $0 != "\n" })"
  }

  private func daemon() async throws -> TestDaemon {
    try await TestDaemon(configuration: "auth: { tokens_file: \(file) }\n", directory: directory)
  }

  @Test func `strangers, web pages and other names of this host are turned away`() async throws {
    let ci = try await make("ci", "read,submit")
    let daemon = try await daemon()
    func post(_ headers: [String], type: String = "application/yaml") async throws -> TestDaemon.Answer {
      try await daemon.ask(
        "/missions/execute", method: "POST", body: Self.mission, type: type, headers: headers)
    }
    let form = "application/x-www-form-urlencoded"
    #expect(try await post([]).status == 401)
    #expect(try await post([], type: form).header("WWW-Authenticate") == "Bearer realm=\"missiond\"")
    #expect(try await post([ci, "Origin: https://evil.example"], type: form).status == 403)
    #expect(try await post([ci, "Sec-Fetch-Site: cross-site"], type: "text/plain").status == 403)
    #expect(try await post([ci, "Host: evil.example"]).status == 403)
    #expect(try await post(["Authorization: Bearer <0>guess"]).status == 401)
    #expect(try await post(["Authorization: Bearer \u{1B}[2Jguess"]).status == 400)
    #expect(!daemon.process.errorOutput.contains("guess"))
    #expect(try await daemon.ask("/missions", headers: [ci]).json["missions"]?.arrayValue == [])
    #expect(try await post([ci]).status == 202)
    #expect(try await daemon.ask("/readyz").status == 200)
  }

  @Test func `a token that is made or revoked counts without a restart`() async throws {
    _ = try await make("first", "read")
    let daemon = try await daemon()
    let late = try await make("late", "read")
    daemon.process.send(SIGHUP)
    var status = 0
    while status != 200 { status = try await daemon.ask("/missions", headers: [late]).status }
    let revoked = try await TestProcess.run(
      try TestProcess.product("mission"), ["token", "revoke", "late", "--file", file])
    #expect(revoked.ending == .exited(0))
    while status != 401 { status = try await daemon.ask("/missions", headers: [late]).status }
  }

  @Test func `the trail has no gap after a kill, and a change of it is named`() async throws {
    let chief = try await make("chief", "read,submit,admin")
    var daemon = try await daemon()
    let steps = (0..<200).map { "{id: s\($0), step_type: noop\($0 == 0 ? "" : ", depends_on: s\($0 - 1)")}" }
    let body = "name: long\nsteps: [\(steps.joined(separator: ", "))]\n"
    let answer = try await daemon.ask("/missions/execute", method: "POST", body: body, headers: [chief])
    let id = try #require(answer.json["id"]?.stringValue)
    // Killed while the job is on its way, somewhere.
    let tag = try await daemon.ask("/missions/\(id)?include=summary", headers: [chief]).header("ETag") ?? ""
    _ = try await daemon.ask(
      "/missions/\(id)?include=summary&wait=20", headers: [chief, "If-None-Match: \(tag)"])
    try await daemon.kill()
    daemon = try await self.daemon()
    _ = try await daemon.ask("/missions/\(id)?wait=60", headers: [chief])
    var cursor = ""
    var ended: Set<String> = []
    repeat {
      let page = try await daemon.ask(
        "/audit?mission_id=\(id)&limit=100\(cursor.isEmpty ? "" : "&cursor=\(cursor)")", headers: [chief]
      ).json
      #expect(page["chain"]?["verified"] == true)
      for item in page["entries"]?.arrayValue ?? [] where item["entry"]?["action"] == "step.ended" {
        ended.insert(item["entry"]?["step_id"]?.stringValue ?? "")
      }
      cursor = page["next_cursor"]?.stringValue ?? ""
    } while !cursor.isEmpty
    #expect(ended.count == 200, "each step that was recorded is accounted for")
    try await daemon.kill()
    let changed = try await TestProcess.run(
      "python3",
      [
        "-c",
        """
        import sqlite3, sys
        db = sqlite3.connect(sys.argv[1])
        db.execute("DROP TRIGGER audit_keeps")
        db.execute("UPDATE audit SET entries = replace(entries, 'success', 'failed') WHERE key = "
            "(SELECT min(key) FROM audit WHERE key >= 100 AND entries LIKE '%success%')")
        db.commit()
        """, directory / "state/missiond.db",
      ])
    #expect(changed.ending == .exited(0), "\(changed.error)")
    daemon = try await self.daemon()
    let token = try directory.write(
      String(chief.dropFirst("Authorization: Bearer ".count)), to: "token", mode: 0o600)
    let verified = try await TestProcess.run(
      try TestProcess.product("mission"),
      ["audit", "--verify", "--server", daemon.url, "--token-file", token])
    #expect(verified.ending == .exited(1))
    #expect(verified.error.contains("the audit trail was changed: entry "))
  }

  @Test func `without tokens the log warns, and other addresses are refused`() async throws {
    let open = try await TestDaemon(directory: directory)
    #expect(open.process.errorOutput.contains("everybody on this host can run commands"))
    let record = try await TestProcess.run(
      try TestProcess.product("missiond"),
      ["--listen", "0.0.0.0:0", "--state-dir", directory / "other"])
    #expect(record.ending == .exited(2))
    #expect(record.error.contains("set auth.tokens_file"))
  }

  @Test func `a token file that everybody may read is found by --check-config`() async throws {
    _ = try await make("ci", "read")
    let config = try directory.write("auth:\n  tokens_file: \(file)\n", to: "check.yaml")
    let missiond = try TestProcess.product("missiond")
    #expect(
      try await TestProcess.run(missiond, ["--check-config", "--config", config]).ending == .exited(0))
    _ = try await TestProcess.run("chmod", ["644", file])
    let record = try await TestProcess.run(missiond, ["--check-config", "--config", config])
    #expect(record.ending == .exited(2))
    #expect(record.error.hasPrefix("\(config):2:3: the tokens: everybody may read or write \(file)"))
  }
}
