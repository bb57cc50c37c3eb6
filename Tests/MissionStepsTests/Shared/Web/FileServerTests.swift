import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

/// What `FileServer` makes of parameters, seen in the transfers that it asks for.
@Suite struct FileServerTests {
  private func transfer(_ parameters: String) async throws -> FileTransfer {
    var runner = try StepRunner()
    let seen = Observed<[FileTransfer]>([])
    runner.capabilities.network.transfer = { request throws(StepFailure) in
      seen.update { $0.append(request) }
      throw StepFailure("enough")
    }
    let told = runner
    _ = await failure { try await told.run(FTPDownloadStep.self, "{ local_file: a, \(parameters) }") }
    return try #require(seen.value.first)
  }

  @Test(arguments: [
    ("host: h, remote_file: a/b", "look at ftp://h:21/a/b"),
    ("host: h, remote_file: /a", "look at ftp://h:21/a"),
    ("host: '::1', port: 2121, remote_file: a", "look at ftp://[::1]:2121/a"),
    ("host: h, remote_file: a, tls: implicit", "look at ftps://h:990/a"),
    ("host: h, remote_file: a, protocol: sftp", "look at sftp://h:22/a"),
    ("url: 'FTP://joe:pw@h:81/x%20y'", "look at ftp://h:81/x y"),
    ("url: 'ftps://h/a', port: 99", "look at ftps://h:99/a"),
    ("url: 'sftp://h/~/a'", "look at sftp://h:22/a"),
  ])
  func `parts and addresses name the same things`(parameters: String, title: String) async throws {
    #expect(try await transfer(parameters).title == title)
  }

  @Test func `paths of FTP start at the user's folder, those of SFTP at the top`() async throws {
    #expect(try await transfer("url: 'ftp://h/a/b'").path == "a/b")
    #expect(try await transfer("url: 'ftp://h/%2Fa/b'").path == "/a/b")
    #expect(try await transfer("url: 'sftp://h/a/b'").path == "/a/b")
    #expect(try await transfer("url: 'sftp://h/~/a/b'").path == "a/b")
  }

  @Test func `the user is the one given, the address's, or anonymous`() async throws {
    let address = "url: 'ftp://joe:p%40w@h/a'"
    #expect(try await transfer(address).user == WebAddress.User(name: "joe", password: "p@w"))
    #expect(
      try await transfer("\(address), username: ann, password: x").user
        == WebAddress.User(name: "ann", password: "x"))
    #expect(try await transfer("host: h, remote_file: a").user.name == "anonymous")
  }

  @Test func `tls says what is spoken`() async throws {
    #expect(try await transfer("host: h, remote_file: a, tls: explicit").language == .explicitTLS)
    #expect(try await transfer("host: h, remote_file: a").language == .ftp)
  }
}
