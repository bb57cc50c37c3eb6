package import Formats
package import MissionModel

/// Writes a whole database into a file, and looks whether it could be restored from it.
package struct DBBackupStep: StepType {
  package static let name = "db_backup"
  package static let summary = "Back a database up into a file, while it is used, and check the file."
  package static let effects: Effects = [.usesDatabases, .readsFiles, .writesFiles, .runsProcesses]
  package static let example = """
    step_type: db_backup
    parameters: { connection: "sqlite:app.db", destination: backups/app.db.gz, compress: true }
    """
  package static let outputs = [
    OutputField("source", "string", "The database, without user and password."),
    OutputField("destination", "string", "The file."),
    OutputField("size", "integer", "Its bytes."),
    OutputField("sha256", "string", "Its digest, in hexadecimal."),
    OutputField("backed_up", "bool", "True."),
    OutputField("verified", "bool", "True: the file was checked before it took its place."),
  ]
  package static let requirements: [Requirement] = [
    .program("pg_dump", package: "postgresql-client", isEssential: false),
    .program("mariadb-dump", "mysqldump", package: "mariadb-client", isEssential: false),
    .library("libarchive.so.13", package: "libarchive13", isEssential: false),
  ]

  private let connection: String
  private let destination: String
  private let format: String?
  private let isCompressed: Bool

  package init(_ p: inout ParameterReader) {
    connection = p.required(
      "connection", aliases: ["database_url", "source"], .connection,
      "sqlite:PATH, postgresql://…, mysql://…, redis://…, or a name of the configuration.")
    destination = p.required(
      "destination", aliases: ["backup_path"], .writePath, "The file; it appears when it is whole.")
    format = p.optional(
      "format", .choice("custom", "plain"),
      "For PostgreSQL: custom, for pg_restore, by default; or plain SQL.")
    isCompressed = p.optional("compress", .bool, default: false, "Pack the file with gzip.")
    let address = DatabaseTarget.check(connection, .all, &p)
    guard format != nil else { return }
    switch address {
    case .memory, .file: p.problem(at: "format", Self.noFormat)
    case .server(let server) where server.kind != .postgresql: p.problem(at: "format", Self.noFormat)
    case .server, .name, nil: break
    }
  }

  private static let noFormat = "is for PostgreSQL; leave it out for another database"

  package func run(in context: StepContext) async throws(StepFailure) -> JSON {
    let target = try await DatabaseTarget(connection, .all, access: .read, in: context)
    defer { target.release() }
    if format != nil {
      guard case .server(let server) = target.place, server.kind == .postgresql else {
        throw StepFailure(.badParameters, "format: \(Self.noFormat)")
      }
    }
    let lock = try await context.files.lock(destination)
    defer { lock.release() }
    let part = destination + ".part"
    if let slash = destination.lastIndex(of: "/"), slash > destination.startIndex {
      try await context.files.makeDirectory(String(destination[..<slash]))
    }
    _ = try await context.files.remove(part, false)
    do throws(StepFailure) {
      try await write(target, to: part, context)
      return try await place(part, target.title, context)
    } catch {
      do throws(StepFailure) { _ = try await context.files.remove(part, false) } catch {
        context.warn("\(part) could not be removed: \(error.message)")
      }
      throw error
    }
  }

  /// Makes and checks the backup beside its place.
  private func write(
    _ target: DatabaseTarget, to part: String, _ context: StepContext
  ) async throws(StepFailure) {
    switch target.place {
    case .memory: throw StepFailure(.badParameters, "connection: a database in memory is gone already")
    case .file(let source):
      let held = try await context.files.hold(part, .write)
      defer { held.release() }
      try await context.databases.copy(source, target.title, held)
    case .server(let server) where server.kind == .redis:
      let read = try await context.databases.redisDump(server, target.title)
      let writer = try await context.files.create(part, WriteOptions(mode: 0o600))
      var check = RDBCheck()
      while true {
        let bytes = try await read()
        if bytes.isEmpty { break }
        check.add(bytes)
        try await writer.write(bytes)
      }
      guard check.isWhole else {
        throw StepFailure("check the backup of \(target.title): its checksum is wrong; make it again")
      }
      _ = try await writer.commit()
    case .server(let server):
      // The program finds the server by itself; this says first, in good words, whether that may be.
      _ = try await context.databases.session(target.place, target.title)
      let held = try await context.files.hold(part, .write)
      defer { held.release() }
      let program = DumpProgram(server, format: format, into: held.realPath)
      try await program.run(target.title, part, context)
    }
  }

  /// Puts the backup at its place, packed if asked for.
  private func place(
    _ part: String, _ title: String, _ context: StepContext
  ) async throws(StepFailure) -> JSON {
    if isCompressed {
      _ = try await context.archives.pack(PackRequest([part], into: destination, as: .gzip))
      _ = try await context.files.remove(part, false)
    } else {
      _ = try await context.files.move(part, destination, true)
    }
    let reader = try await context.files.open(destination)
    var digest = SHA256()
    var size: Int64 = 0
    while true {
      let piece = try await reader.read(size, 1 << 20)
      if piece.isEmpty { break }
      digest.update(piece)
      size += Int64(piece.count)
    }
    return [
      "source": .string(title), "destination": .string(destination), "size": .integer(size),
      "sha256": .string(Hex.encode(digest.finalize())), "backed_up": true, "verified": true,
    ]
  }
}
