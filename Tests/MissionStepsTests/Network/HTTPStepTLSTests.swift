import Formats
import MissionModel
import MissionSteps
import TestSupport
import Testing

/// The http step against nginx, with certificates of an authority that the host does not know.
@Suite struct HTTPStepTLSTests {
  private let runner: StepRunner
  private let server: TLSServer

  /// One server for all tests of the suite.
  private static let shared = Task { try await TLSServer(content: ["a.txt": "over TLS"]) }

  init() async throws {
    runner = try StepRunner()
    server = try await Self.shared.value
    try runner.directory.write(TestFile.text(at: server.authority), to: "ca.pem")
  }

  @Test func `a server whose authority is named is trusted`() async throws {
    let output = try await runner.run(
      HTTPStep.self, "{ url: '\(server.url("/a.txt"))', ca_file: ca.pem }")
    #expect(output["response"] == "over TLS")
    #expect(output["headers"]?["server"]?.stringValue?.hasPrefix("nginx") == true)
  }

  @Test func `an authority that the host does not know is not trusted`() async throws {
    let url = server.url("/a.txt")
    let failed = await failure { try await runner.run(HTTPStep.self, "{ url: '\(url)' }") }
    #expect(
      failed?.message
        == "get \(url): the server's certificate is not trusted: unable to get local issuer certificate; "
        + "name the authority that signed it with ca_file")
  }

  @Test func `a certificate that signs itself is told, and trusted where it is named`() async throws {
    let url = server.url("/a.txt", .selfSigned)
    let failed = await failure { try await runner.run(HTTPStep.self, "{ url: '\(url)' }") }
    #expect(
      failed?.message
        == "get \(url): the server's certificate is not trusted: self-signed certificate; "
        + "name the authority that signed it with ca_file")
    let certificate = try TestFile.text(at: server.selfSignedCertificate)
    try runner.directory.write(certificate, to: "self.pem")
    let output = try await runner.run(HTTPStep.self, "{ url: '\(url)', ca_file: self.pem }")
    #expect(output["response"] == "over TLS")
  }

  @Test func `an expired certificate is told`() async throws {
    let url = server.url("/a.txt", .expired)
    let failed = await failure {
      try await runner.run(HTTPStep.self, "{ url: '\(url)', ca_file: ca.pem }")
    }
    #expect(
      failed?.message
        == "get \(url): the server's certificate is not trusted: certificate has expired; "
        + "name the authority that signed it with ca_file")
  }

  @Test func `a certificate for another host is told`() async throws {
    let url = server.url("/a.txt", .foreignHost)
    let failed = await failure {
      try await runner.run(HTTPStep.self, "{ url: '\(url)', ca_file: ca.pem }")
    }
    #expect(
      failed?.message
        == "get \(url): the server's certificate is not trusted: SSL: no alternative certificate subject "
        + "name matches target host name '127.0.0.1'; name the authority that signed it with ca_file")
  }

  @Test func `verification is off only where it is said, and stays on for others`() async throws {
    let url = server.url("/a.txt")
    let output = try await runner.run(HTTPStep.self, "{ url: '\(url)', verify_tls: false }")
    #expect(output["response"] == "over TLS")
    // The connection of the first is idle now, and must not serve one that verifies.
    #expect(await failure { try await runner.run(HTTPStep.self, "{ url: '\(url)' }") } != nil)
  }

  @Test func `a file without certificates is told`() async throws {
    try runner.directory.write("nothing", to: "none.pem")
    let url = server.url("/a.txt")
    let failed = await failure {
      try await runner.run(HTTPStep.self, "{ url: '\(url)', ca_file: none.pem }")
    }
    #expect(failed?.message == "get \(url): ca_file holds no certificate in PEM form")
  }
}
