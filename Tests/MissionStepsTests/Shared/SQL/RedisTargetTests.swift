import Formats
import MissionModel
import MissionSteps
import Sandbox
import TestSupport
import Testing

@Suite struct RedisTargetTests {
  private static func target(_ parameters: JSONObject) -> RedisTarget {
    var reader = ParameterReader(parameters, for: .running)
    return RedisTarget(&reader)
  }

  @Test func `messages call it by its address, without user and password`() {
    #expect(Self.target([:]).title == "redis://localhost:6379/0")
    #expect(Self.target(["redis_url": "redis://u:hidden@h/3"]).title == "redis://h:6379/3")
    #expect(Self.target(["connection": "cache"]).title == "cache")
  }

  @Test func `a name must lead to Redis`() async throws {
    var runner = try StepRunner()
    runner.capabilities.databases = .live(named: ["cache": "sqlite:/a"])
    let context = runner.context(StepDeclaration(RedisGetStep.self))
    let error = await #expect(throws: StepFailure.self) {
      _ = try await Self.target(["connection": "cache"]).run([], in: context)
    }
    #expect(
      error?.message
        == "databases.cache of the configuration: connection: write it as redis://HOST:PORT/NUMBER, or a name"
    )
  }
}
