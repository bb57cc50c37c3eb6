import Foundation

/// A database server of a test's own: in a folder of its own, on a free port of the loopback, as a user who
/// is not root, gone with the test. Where it cannot be started the error says why.
package final class ServedDatabase: Sendable {
  /// Port of TCP.
  package let port: UInt16
  /// The password of the user `tester`, who may do everything.
  package static let password = "s3cr3t-pass/word"
  /// Port of TLS, where that is another one.
  package let tlsPort: UInt16
  private let directory: TemporaryDirectory
  private let process: TestProcess

  init(_ directory: TemporaryDirectory, _ port: FreePort, _ process: TestProcess, tlsPort: UInt16? = nil) {
    self.tlsPort = tlsPort ?? port.number
    self.directory = directory
    self.port = port.number
    self.process = process
  }

  /// A server of PostgreSQL, for all suites of a target together.
  package static func postgres() async throws -> ServedDatabase { try await sharedPostgres.value }
  /// A server of MariaDB, for all suites of a target together.
  package static func mysql() async throws -> ServedDatabase { try await sharedMySQL.value }

  private static let sharedPostgres = Task { try await startPostgres() }
  private static let sharedMySQL = Task { try await startMySQL() }

  /// `tester:password@127.0.0.1:PORT`, encoded as connection strings want it.
  package var authority: String { "tester:s3cr3t-pass%2Fword@127.0.0.1:\(port)" }
  /// The authority's certificate, in PEM form.
  package var certificate: String { directory / "ca.pem" }
  /// The folder with the Unix socket.
  package var folder: String { directory.path }
  /// Ends the server at once.
  package func kill() { process.send(SIGKILL) }
  /// Stops the server without ending it, and lets it go on.
  package func freeze(_ isFrozen: Bool) { process.send(isFrozen ? SIGSTOP : SIGCONT) }

  // MARK: PostgreSQL

  /// Starts a server of its own.
  package static func startPostgres() async throws -> ServedDatabase {
    let programs = "/usr/lib/postgresql"
    let versions = ((try? FileManager.default.contentsOfDirectory(atPath: programs)) ?? []).compactMap(
      Int.init)
    guard let version = versions.max() else {
      throw TestSupportError("PostgreSQL's server is not on this host; install the package postgresql")
    }
    let folder = "\(programs)/\(version)/bin"
    let directory = try await prepare()
    try directory.write(password, to: "password")
    try await give(directory)
    try await run(
      [
        "\(folder)/initdb", "-D", directory / "data", "-U", "tester", "-A", "scram-sha-256", "--no-sync",
        "--pwfile", directory / "password", "-E", "UTF8", "--locale", "C.UTF-8",
      ], in: directory)
    let port = try FreePort()
    let settings = [
      "listen_addresses=127.0.0.1", "port=\(port.number)", "unix_socket_directories=\(directory.path)",
      "fsync=off", "shared_buffers=16MB", "ssl=on", "ssl_cert_file=\(directory / "good.pem")",
      "ssl_key_file=\(directory / "key.pem")",
    ]
    let process = try start(
      ["\(folder)/postgres", "-D", directory / "data"] + settings.flatMap { ["-c", $0] }, in: directory)
    try await process.waitForLine(containing: "ready to accept connections")
    let made = try await TestProcess.run(
      "\(folder)/createdb", ["-h", directory.path, "-p", "\(port.number)", "-U", "tester", "tester"],
      environment: ["PGPASSWORD": password])
    guard made.ending == .exited(0) else { throw TestSupportError("createdb: \(made.error)") }
    return ServedDatabase(directory, port, process)
  }

  // MARK: MariaDB

  /// Starts a server of its own; it shows the certificate of this name.
  package static func startMySQL(certificate: String = "good") async throws -> ServedDatabase {
    let directory = try await prepare()
    try directory.write(
      """
      CREATE USER tester@'%' IDENTIFIED BY '\(password)';
      GRANT ALL ON *.* TO tester@'%' WITH GRANT OPTION;
      CREATE DATABASE IF NOT EXISTS tester;

      """, to: "init.sql")
    try await give(directory)
    try await run(
      [
        "mariadb-install-db", "--no-defaults", "--datadir=\(directory / "data")", "--skip-test-db",
        "--auth-root-authentication-method=normal", "--skip-name-resolve",
      ], in: directory)
    let port = try FreePort()
    let process = try start(
      [
        "mariadbd", "--no-defaults", "--datadir=\(directory / "data")", "--port=\(port.number)",
        "--bind-address=127.0.0.1", "--socket=\(directory / "m.sock")", "--pid-file=\(directory / "m.pid")",
        "--init-file=\(directory / "init.sql")", "--innodb-flush-log-at-trx-commit=0",
        "--innodb-buffer-pool-size=16M", "--performance-schema=OFF", "--skip-name-resolve",
        "--ssl-cert=\(directory / "\(certificate).pem")", "--ssl-key=\(directory / "key.pem")",
        "--local-infile=ON",
      ], in: directory)
    try await process.waitForLine(containing: "ready for connections")
    return ServedDatabase(directory, port, process)
  }

  // MARK: Parts

  static func prepare() async throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try await TLSServer.makeCertificates(in: directory)
    chmod(directory / "key.pem", 0o600)
    return directory
  }

  /// Lets the unprivileged user work in the folder.
  static func give(_ directory: TemporaryDirectory) async throws {
    guard geteuid() == 0 else { return }
    let record = try await TestProcess.run("chown", ["-R", "nobody:nogroup", directory.path])
    guard record.ending == .exited(0) else { throw TestSupportError("chown: \(record.error)") }
  }

  private static func run(_ words: [String], in directory: TemporaryDirectory) async throws {
    let process = try start(words, in: directory)
    let record = try await process.ended()
    guard record.ending == .exited(0) else {
      throw TestSupportError("\(words[0]): \(record.output) \(record.error)")
    }
  }

  /// Changing the user forgets the death signal, so it is asked for once more after that.
  static func start(
    _ words: [String], in directory: TemporaryDirectory
  ) throws(TestSupportError) -> TestProcess {
    var words = words
    if geteuid() == 0 {
      words =
        [
          "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--pdeathsig", "KILL", "--",
        ] + words
    }
    return try TestProcess(
      words[0], Array(words.dropFirst()),
      environment: [
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TMPDIR": directory.path, "HOME": directory.path,
      ],
      directory: directory.path, timeout: .seconds(900))
  }
}
