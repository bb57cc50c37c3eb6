import Testing

@testable import MissionServer

@Suite struct LiveConfigurationTests {
  @Test func `a reload takes over what can be taken over and names the rest`() {
    let live = LiveConfiguration(Configuration())
    var new = Configuration()
    new.retentionDays = 1
    new.uids = [7]
    new.executors = 3
    let (taken, later) = live.reload(new)
    #expect(taken == ["auth.uids", "retention.days"])
    #expect(later == ["executors"])
    #expect(live.current.retentionDays == 1)
    #expect(live.current.uids == [7])
    #expect(live.current.executors == 64)
  }
}
