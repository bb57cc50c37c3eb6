import Formats
import MissionModel

/// The program of a server's makers that writes its databases down: `pg_dump`, `mariadb-dump`.
struct DumpProgram: Sendable {
  /// What kind of file comes of it.
  let format: String
  private let names: [String]
  private let package: String
  private(set) var command: Command
  private let path: String

  /// Bytes at the end of a dump in SQL that say whether it is whole.
  private static let tailBytes: Int64 = 512

  /// Prepares a dump into a file that was judged. Passwords go by the environment, which only the same user
  /// can read; everything that is not needed as an argument goes there too.
  init(_ server: DatabaseServer, format: String?, into path: String) {
    self.path = path
    if server.kind == .postgresql {
      self.format = format ?? "custom"
      (names, package) = (["pg_dump"], "postgresql-client")
      command = Command("pg_dump", ["--no-password", "--format=\(self.format)", "--file=\(path)"])
      command.environment = Self.postgres(server)
    } else {
      self.format = "sql"
      (names, package) = (["mariadb-dump", "mysqldump"], "mariadb-client")
      command = Command("mariadb-dump", Self.mysql(server, path))
      if let password = server.password { command.environment = [("MYSQL_PWD", password)] }
    }
  }

  private static func postgres(_ server: DatabaseServer) -> [(key: String, value: String)] {
    let user = server.user ?? "postgres"
    var variables = [
      (key: "PGHOST", value: server.socket ?? server.host), ("PGPORT", "\(server.port)"), ("PGUSER", user),
      ("PGDATABASE", server.database ?? user), ("PGPASSFILE", "/nonexistent/missiond"),
      ("PGCONNECT_TIMEOUT", "30"),
    ]
    if let password = server.password { variables.append(("PGPASSWORD", password)) }
    if let tls = server.tls { variables.append(("PGSSLMODE", tls.rawValue)) }
    if server.tls == .verifyAll || server.tls == .verifyAuthority {
      variables.append(("PGSSLROOTCERT", server.authority ?? "/etc/ssl/certs/ca-certificates.crt"))
    }
    return variables
  }

  private static func mysql(_ server: DatabaseServer, _ path: String) -> [String] {
    var arguments = ["--no-defaults", "--user=\(server.user ?? "root")"]
    if let socket = server.socket {
      arguments += ["--protocol=socket", "--socket=\(socket)"]
    } else {
      arguments += ["--protocol=tcp", "--host=\(server.host)", "--port=\(server.port)"]
    }
    if let tls = server.tls, tls != .disable, tls != .prefer {
      arguments.append("--ssl")
      if let authority = server.authority { arguments.append("--ssl-ca=\(authority)") }
      if tls != .require { arguments.append("--ssl-verify-server-cert") }
    }
    arguments += [
      "--single-transaction", "--quick", "--routines", "--triggers", "--events", "--hex-blob",
      "--default-character-set=utf8mb4", "--result-file=\(path)",
    ]
    return arguments + (server.database.map { ["--", $0] } ?? ["--all-databases"])
  }

  /// Runs it and looks whether the dump is whole.
  func run(_ title: String, _ part: String, _ context: StepContext) async throws(StepFailure) {
    var command = command
    guard let program = await found(context) else {
      throw StepFailure(
        "back up \(title): \(names.joined(separator: " or ")) is not on this host; install \(package)")
    }
    command.program = program
    let output = try await context.processes.run(command)
    guard output.ending == .exited(code: 0) else {
      throw StepFailure("back up \(title): \(ProcessFailure.message(program, output))")
    }
    try await check(title, part, context)
  }

  private func found(_ context: StepContext) async -> String? {
    for name in names where await context.processes.find(name) != nil { return name }
    return nil
  }

  private func check(_ title: String, _ part: String, _ context: StepContext) async throws(StepFailure) {
    if format == "custom" {
      let listed = try await context.processes.run(Command("pg_restore", ["--list", path]))
      guard listed.ending == .exited(code: 0) else {
        throw StepFailure("check the backup of \(title): \(ProcessFailure.message("pg_restore", listed))")
      }
      return
    }
    let reader = try await context.files.open(part)
    let start = max(0, reader.size - Self.tailBytes)
    let tail = String(decoding: try await reader.read(start, Int(Self.tailBytes)), as: UTF8.self)
    guard tail.contains("dump complete") || tail.contains("Dump completed") else {
      throw StepFailure("check the backup of \(title): the dump ends before its end")
    }
  }
}
