import MissionEngine
import MissionModel
import Testing

@Suite struct RetryPolicyTests {
  @Test(arguments: [(1, 1.0, 1000), (2, 2.0, 2000), (3, 2.0, 4000), (12, 2.0, 300_000), (9, 1.0, 1000)])
  func `delays grow by the factor and then hold`(failures: Int, backoff: Double, expected: Int) {
    let policy = RetryPolicy(Step(id: "a", type: "noop", retryBackoff: backoff), in: MissionConfig())
    #expect(policy.delay(afterFailures: failures, die: 0.5) == .milliseconds(expected))
  }

  @Test func `jitter is a tenth at most, and only where delays grow`() {
    let growing = RetryPolicy(Step(id: "a", type: "noop", retryBackoff: 2), in: MissionConfig())
    #expect(growing.delay(afterFailures: 1, die: 0) == .milliseconds(900))
    #expect(growing.delay(afterFailures: 1, die: 1) == .milliseconds(1100))
    let even = RetryPolicy(Step(id: "a", type: "noop"), in: MissionConfig())
    #expect(even.delay(afterFailures: 1, die: 0) == .milliseconds(1000))
  }

  @Test func `a step's own numbers come before the mission's`() {
    var config = MissionConfig()
    config.retryAttempts = 5
    #expect(RetryPolicy(Step(id: "a", type: "noop"), in: config).attempts == 5)
    #expect(RetryPolicy(Step(id: "a", type: "noop", retryAttempts: 0), in: config).attempts == 0)
  }

  @Test(arguments: [
    (StepFailure.Kind.failed, 2, true), (.failed, 3, false), (.badParameters, 1, false), (.denied, 1, false),
  ])
  func `only failures are retried, and only so often`(kind: StepFailure.Kind, failures: Int, retries: Bool) {
    let policy = RetryPolicy(Step(id: "a", type: "noop", retryAttempts: 2), in: MissionConfig())
    #expect(policy.retries(afterFailures: failures, kind: kind) == retries)
  }
}
