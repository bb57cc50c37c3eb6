import Drivers
import Formats
import MissionModel
import MissionSteps
import Sandbox
import TestSupport
import Testing

/// Uploads and downloads against the SFTP of OpenSSH.
@Suite(.timeLimit(.minutes(3))) struct FTPDownloadStepTests {
  private let runner: StepRunner
  private let server: SSHServer

  /// One server for all tests of the suite.
  private static let shared = Task { try await SSHServer() }

  init() async throws {
    runner = try StepRunner()
    server = try await Self.shared.value
    for (name, path) in [
      ("key", server.key), ("strange", server.strangersKey), ("known", server.knownHosts),
      ("changed", server.changedHosts),
    ] { try runner.directory.write(TestFile.text(at: path), to: name) }
    try runner.directory.write("content of a", to: "a")
  }

  private func place(_ file: String, key: String = "key", known: String = "known") -> String {
    "url: 'sftp://\(server.user)@127.0.0.1:\(server.port)\(server.path)/\(file)', identity_file: \(key), "
      + "known_hosts: \(known)"
  }

  @Test func `a file goes there and comes back`() async throws {
    let sent = try await runner.run(FTPUploadStep.self, "{ \(place("up/b%20c")), local_file: a }")
    #expect(sent["verified"] == true)
    #expect(sent["remote_file"] == .string("\(server.path)/up/b c"))
    let fetched = try await runner.run(FTPDownloadStep.self, "{ \(place("up/b%20c")), local_file: d }")
    #expect(fetched["bytes"] == 12)
    #expect(try TestFile.text(at: runner.directory / "d") == "content of a")
  }

  @Test func `without known_hosts, the hosts are those that the steps' HOME knows`() async throws {
    let home = try TemporaryDirectory()
    try home.write(TestFile.text(at: server.knownHosts), to: ".ssh/known_hosts")
    var runner = runner
    let place = "url: 'sftp://\(server.user)@127.0.0.1:\(server.port)\(server.path)/home', identity_file: key"
    runner.capabilities.network = .live(home: home.path)
    #expect(try await runner.run(FTPUploadStep.self, "{ \(place), local_file: a }")["bytes"] == 12)
    runner.capabilities.network = .live(home: runner.directory.path)
    let failed = await failure { try await runner.run(FTPUploadStep.self, "{ \(place), local_file: a }") }
    #expect(failed?.message.contains("check known_hosts") == true, "\(failed?.message ?? "")")
  }

  @Test func `without strictness a host whose key changed is let pass`() async throws {
    let parts =
      "host: 127.0.0.1, port: \(server.port), protocol: sftp, username: \(server.user), identity_file: key, "
      + "known_hosts: changed, strict_host_key: false"
    let output = try await runner.run(
      FTPUploadStep.self, "{ \(parts), local_file: a, remote_file: '\(server.path)/lax' }")
    #expect(output["bytes"] == 12)
  }

  @Test func `folders are made where they are asked for`() async throws {
    let title = "upload sftp://127.0.0.1:\(server.port)\(server.path)/no/b: "
    let reason = "the folder is not there, or this user may not write in it; set create_dirs to true"
    let there = await failure {
      try await runner.run(FTPUploadStep.self, "{ \(place("no/b")), local_file: a, create_dirs: false }")
    }
    #expect(there?.message == title + reason)
    _ = try await runner.run(FTPUploadStep.self, "{ \(place("b")), local_file: a }")
    let here = await failure {
      try await runner.run(FTPDownloadStep.self, "{ \(place("b")), local_file: no/b, create_dirs: false }")
    }
    #expect(here?.message == "create no/b: its folder is not there; set create_dirs to true")
  }

  @Test func `a missing library and a denied address are told`() async throws {
    var bare = runner
    bare.capabilities.network = .live(Curl(lookup: .empty))
    let poor = bare
    let title = "download sftp://127.0.0.1:\(server.port)\(server.path)/b: "
    let missing = await failure {
      try await poor.run(FTPDownloadStep.self, "{ \(place("b")), local_file: b }")
    }
    #expect(missing?.message.hasSuffix("libcurl.so.4 is not on this host; install libcurl4") == true)
    bare.capabilities.network = .live(rule: AddressRule { _ in "no" })
    let denied = bare
    let refused = await failure {
      try await denied.run(FTPUploadStep.self, "{ \(place("b")), local_file: a }")
    }
    #expect(refused?.kind == .denied)
    #expect(refused?.message == title.replacing("download", with: "upload") + "no")
  }

  @Test func `a changed host key and a wrong key are told`() async {
    let title = "upload sftp://127.0.0.1:\(server.port)\(server.path)/x: "
    let changed = await failure {
      try await runner.run(FTPUploadStep.self, "{ \(place("x", known: "changed")), local_file: a }")
    }
    #expect(
      changed?.message
        == title + "the host key is not the one that is known, or none is known; check known_hosts")
    let stranger = await failure {
      try await runner.run(FTPUploadStep.self, "{ \(place("x", key: "strange")), local_file: a }")
    }
    #expect(
      stranger?.message
        == title + "the server does not let this user in; check username, password and identity_file")
  }
}
