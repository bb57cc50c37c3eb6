import Formats
import MissionModel
import TestSupport
import Testing

@testable import Sandbox

@Suite struct LiveSecretsTests {
  private func read(_ values: [String: String]) throws -> SecretsLive {
    let directory = try TemporaryDirectory()
    var sources = SecretsLive.Sources()
    for (name, value) in values { sources.files[name] = try directory.write(value, to: name, mode: 0o600) }
    return try SecretsLive.load(sources, environment: [:])
  }

  @Test func `secrets that were read anew hold, and those from before stay masked`() throws {
    let secrets = LiveSecrets()
    #expect(secrets.masker.isEmpty)
    secrets.replace(with: try read(["key": "first-value"]))
    #expect(secrets.masker.mask("first-value") == "***")
    secrets.replace(with: try read(["key": "second-value"]))
    #expect(secrets.masker.mask("first-value second-value") == "*** ***")
    guard case .value(let value) = secrets.find("key") else {
      Issue.record("the secret is gone")
      return
    }
    #expect(value == "second-value")
    secrets.replace(with: .none)
    if case .value = secrets.find("key") { Issue.record("the secret is still there") }
    #expect(secrets.masker.mask("second-value") == "***")
  }
}
