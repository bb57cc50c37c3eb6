import Testing

@testable import MissionServer

@Suite struct HealthTests {
  @Test func `a daemon is starting until it says otherwise, and every cause keeps it from new work`() {
    let health = Health()
    #expect(health.refusal == "missiond is starting")
    health.set(.starting, nil)
    #expect(health.mayStart)
    for cause in Health.Cause.allCases {
      #expect(health.set(cause, "why"))
      #expect(health.holds(cause))
      #expect(!health.mayStart)
      #expect(health.refusal == "why")
      #expect(health.set(cause, nil))
      #expect(!health.holds(cause))
    }
    #expect(health.mayStart)
    #expect(health.refusal == nil)
  }

  @Test func `another sentence for a cause that holds is no news; the first cause in order is told first`() {
    let health = Health()
    #expect(!health.set(.starting, "reading"))
    #expect(health.set(.disk, "full"))
    #expect(health.reasons.map(\.cause) == [.starting, .disk])
    #expect(health.reasons.map(\.reason) == ["reading", "full"])
    #expect(!health.set(.database, nil))
  }
}
