import Formats
import MissionModel
import Testing

@testable import MissionSteps

@Suite struct ReadyParameterTests {
  private func read(_ value: JSON, for purpose: ParameterReader.Purpose) -> ReadyParameter? {
    var reader = ParameterReader(["ready": value], for: purpose)
    return reader.optional("ready", .ready, "The sign.")
  }

  @Test func `a number may be spelled once placeholders are filled`() {
    #expect(
      read(["port": "80"], for: .running) == ReadyParameter(readiness: .port(80), timeoutSeconds: 30))
    #expect(read(["port": "80"], for: .checking) == nil)
  }

  @Test func `a member that is null counts as left out`() {
    #expect(
      read(["port": nil, "file": "a", "timeout_seconds": 2], for: .running)
        == ReadyParameter(readiness: .file("a"), timeoutSeconds: 2))
  }
}
