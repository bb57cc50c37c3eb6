import MissionKit
import MissionModel
import MissionServer
import Sandbox
import TestSupport
import Testing

/// `LocalJob.Settings.take`: what `mission run --config` has of the daemon's configuration.
@Suite struct LocalJobConfigurationTests {
  private func taken(
    _ change: (inout Configuration) -> Void
  ) throws(StartError) -> (settings: LocalJob.Settings, warnings: [String]) {
    var configuration = Configuration()
    change(&configuration)
    var settings = LocalJob.Settings(workspace: "/w", logs: "/l", environment: ["A_TOKEN": "short"])
    let warnings = try settings.take(configuration)
    return (settings, warnings)
  }

  @Test func `models, paths and limits are the configuration's`() throws {
    let (settings, warnings) = try taken {
      $0.ai.openai.baseURL = "http://127.0.0.1:1/v1"
      $0.ai.keeping.answers = false
      $0.readPaths = ["/usr/share"]
      $0.limits.maxOutputBytes = 7
    }
    #expect(settings.models.openai.baseURL == "http://127.0.0.1:1/v1")
    #expect(!settings.models.keeping.answers)
    #expect(settings.readable == ["/usr/share"])
    #expect(settings.limits.maxOutputBytes == 7)
    #expect(
      warnings == ["env.A_TOKEN is under 6 bytes and is not masked: it would be found by chance"])
  }

  @Test func `a secret that cannot be read is told before anything runs`() {
    let error = #expect(throws: StartError.self) {
      try taken { $0.secrets.files = ["key": "/nonexistent/key"] }
    }
    #expect(error?.description.contains("/nonexistent/key") == true)
  }
}
