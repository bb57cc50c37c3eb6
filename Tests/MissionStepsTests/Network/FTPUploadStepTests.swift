import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

/// Uploads and downloads against vsftpd.
@Suite(.timeLimit(.minutes(3))) struct FTPUploadStepTests {
  private let runner: StepRunner
  private let server: FTPServer

  /// One server for all tests of the suite.
  private static let shared = Task { try await FTPServer() }

  init() async throws {
    runner = try StepRunner()
    server = try await Self.shared.value
    try runner.directory.write(TestFile.text(at: server.authority), to: "ca.pem")
    try runner.directory.write("content of a", to: "a")
  }

  private func upload(_ more: String) async throws -> JSON {
    try await runner.run(FTPUploadStep.self, "{ host: 127.0.0.1, local_file: a, \(more) }")
  }

  private func download(_ more: String) async throws -> JSON {
    try await runner.run(FTPDownloadStep.self, "{ host: 127.0.0.1, \(more) }")
  }

  @Test(arguments: ["none", "explicit", "implicit"])
  func `a file goes there and comes back, with TLS and without`(tls: String) async throws {
    let port = tls == "implicit" ? server.securePort : server.port
    let place = "port: \(port), tls: \(tls), ca_file: ca.pem, remote_file: 'in/\(tls)/b c%.txt'"
    let sent = try await upload(place)
    #expect(sent["verified"] == true)
    #expect(sent["bytes"] == 12)
    #expect(sent["remote_file"] == .string("in/\(tls)/b c%.txt"))
    #expect(try TestFile.text(at: server.path("in/\(tls)/b c%.txt")) == "content of a")
    let fetched = try await download("\(place), local_file: d/e")
    #expect(fetched["verified"] == true)
    #expect(fetched["bytes"] == 12)
    #expect(try TestFile.text(at: runner.directory / "d/e") == "content of a")
  }

  @Test func `an address stands for host, port and file`() async throws {
    let output = try await runner.run(
      FTPDownloadStep.self, "{ url: 'ftp://127.0.0.1:\(server.port)/in/there', local_file: x }")
    #expect(output["host"] == "127.0.0.1")
    #expect(output["remote_file"] == "in/there")
    #expect(try TestFile.text(at: runner.directory / "x") == "here already")
  }

  @Test func `an upload goes on where an earlier one ended`() async throws {
    try runner.directory.write("content", to: "part")
    let place = "port: \(server.port), remote_file: in/resumed"
    _ = try await runner.run(FTPUploadStep.self, "{ host: 127.0.0.1, local_file: part, \(place) }")
    let output = try await upload("\(place), resume: true")
    #expect(output["bytes"] == 5)
    #expect(output["verified"] == true)
    #expect(try TestFile.text(at: server.path("in/resumed")) == "content of a")
    // Nothing is missing any more.
    #expect(try await upload("\(place), resume: true")["bytes"] == 0)
  }

  @Test func `a download goes on where an earlier one ended`() async throws {
    try runner.directory.write("here al", to: "x")
    let place = "port: \(server.port), remote_file: in/there, local_file: x, resume: true"
    let output = try await download(place)
    #expect(output["bytes"] == 5)
    #expect(output["verified"] == true)
    #expect(try TestFile.text(at: runner.directory / "x") == "here already")
    #expect(try await download(place)["bytes"] == 0)
    try runner.directory.write("here already and more", to: "x")
    let failed = await failure { try await download(place) }
    #expect(
      failed?.message == "download ftp://127.0.0.1:\(server.port)/in/there: the local file is longer "
        + "(21 bytes) than the one there; set resume to false")
  }

  @Test func `a missing file, a wrong user and an untrusted server are told`() async {
    let port = server.port
    let missing = await failure { try await download("port: \(port), remote_file: no, local_file: x") }
    #expect(
      missing?.message == "look at ftp://127.0.0.1:\(port)/no: the server has no such file, "
        + "or does not give it out")
    let user = await failure {
      try await upload("port: \(port), remote_file: in/a, username: joe, password: very-secret")
    }
    #expect(
      user?.message == "upload ftp://127.0.0.1:\(port)/in/a: the server does not let this user in; "
        + "check username, password and identity_file")
    let untrusted = await failure {
      try await download("port: \(port), remote_file: in/there, local_file: x, tls: explicit")
    }
    let unverified = "port: \(port), remote_file: in/there, local_file: x, tls: explicit, verify_tls: false"
    #expect(await failure { try await download(unverified) } == nil)
    #expect(
      untrusted?.message == "look at ftp://127.0.0.1:\(port)/in/there: the server's certificate is not "
        + "trusted: unable to get local issuer certificate; name the authority that signed it with ca_file")
  }

  @Test func `the right password is let in, and a wrong one is refused and not told`() async throws {
    let place = "port: \(server.passwordPort), remote_file: in/login, username: anonymous"
    _ = try await upload(place + ", password: \(server.password)")
    _ = try await download(place + ", local_file: back, password: \(server.password)")
    #expect(try TestFile.text(at: runner.directory / "back") == "content of a")
    let address = "ftp://127.0.0.1:\(server.passwordPort)/in/login"
    let reason = "the server does not let this user in; check username, password and identity_file"
    let wrong = await failure { try await upload(place + ", password: wrong-horse") }
    #expect(wrong?.message == "upload \(address): \(reason)")
    let unread = await failure { try await download(place + ", local_file: x, password: wrong-horse") }
    #expect(unread?.message == "look at \(address): \(reason)")
  }

  @Test func `a server that is not there, is silent, or is left is told`() async throws {
    let port = try FreePort().number
    let refused = await failure { try await upload("port: \(port), remote_file: b") }
    #expect(
      refused?.message == "upload ftp://127.0.0.1:\(port)/b: 127.0.0.1:\(port) cannot be reached: "
        + "connection refused (111)")
    let silent = try LoopbackServer { _ in .silence("") }
    let late = await failure {
      try await download("port: \(silent.port), remote_file: b, local_file: x, timeout: 0.2")
    }
    #expect(
      late?.message
        == "look at ftp://127.0.0.1:\(silent.port)/b: not complete before the timeout; raise timeout")
    let work = Task { try await upload("port: \(silent.port), remote_file: b") }
    try await silent.connections.wait("the connection", timeout: .seconds(20)) { $0 == 2 }
    work.cancel()
    #expect(await failure { try await work.value }?.kind == .cancelled)
    try await silent.departures.wait("the close", timeout: .seconds(20)) { $0 == 2 }
  }

  @Test func `a server that dies in the middle is told, and the next attempt goes on`() async throws {
    let server = try await DyingFTPServer()
    let place = "host: 127.0.0.1, port: \(server.port), remote_file: file, local_file: big, resume: true"
    let address = "ftp://127.0.0.1:\(server.port)/file"
    let fetch = { try await runner.run(FTPDownloadStep.self, "{ \(place) }") }
    #expect(
      await failure { try await fetch() }?.message
        == "download \(address): the server closed the connection before the file was complete")
    let output = try await fetch()
    #expect(output["verified"] == true)
    #expect(output["bytes"]?.integerValue ?? 0 < server.content.utf8.count)
    #expect(try TestFile.text(at: runner.directory / "big") == server.content)
    let other = try await DyingFTPServer()
    let there = "host: 127.0.0.1, port: \(other.port), remote_file: new, local_file: big, resume: true"
    let send = { try await runner.run(FTPUploadStep.self, "{ \(there) }") }
    let broken = await failure { try await send() }?.message ?? ""
    #expect(
      broken.hasPrefix("upload ftp://127.0.0.1:\(other.port)/new: the connection broke: "), "\(broken)")
    #expect(try await send()["bytes"] == 250_000)
    #expect(try other.uploaded() == server.content)
  }

  @Test(arguments: [
    ("{ local_file: a, remote_file: b }", ": needs one of \"host\", \"url\""),
    ("{ host: h, local_file: a }", "/remote_file: is required"),
    (
      "{ url: 'http://h/b', local_file: a }",
      "/url: has no scheme for files; begin it with ftp://, ftps:// or sftp://"
    ),
    (
      "{ host: h/x, remote_file: b, local_file: a }",
      "/host: is no host; give its name or address alone, or all of it as url"
    ),
    (
      "{ host: 'h:21', remote_file: b, local_file: a }",
      "/host: is no host; give the port as port, or all of it as url"
    ),
    (
      "{ url: 'sftp://h/b', local_file: a, tls: explicit }",
      "/tls: is for FTP; SFTP is encrypted always"
    ),
    ("{ host: h, remote_file: \"a\\nDELE b\", local_file: a }", "/remote_file: holds a control character"),
  ])
  func `wrong parameters are told at submission`(parameters: String, problem: String) throws {
    let problems = try StepRunner.problems(FTPUploadStep.self, parameters)
    #expect(problems == [problem])
  }

  @Test func `the examples validate`() throws {
    _ = try StepRunner.example(FTPUploadStep.self)
    _ = try StepRunner.example(FTPDownloadStep.self)
  }
}
