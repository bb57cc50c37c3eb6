import Telemetry
import Testing

@testable import HTTP

@Suite struct ServerCountersTests {
  @Test func `answers are told apart by route, method and status`() {
    var counters = ServerCounters(routes: ["/a", "/b"])
    counters.count(route: 1, method: .post, status: 202, duration: .milliseconds(3))
    counters.count(route: 1, method: .post, status: 202, duration: .milliseconds(3))
    counters.count(route: 0, method: .other("BREW"), status: 405, duration: .zero)
    counters.count(route: nil, method: .get, status: 404, duration: .zero)
    let lines = counters.requests.map { "\($0.route ?? "-") \($0.method) \($0.status) \($0.count)" }
    #expect(lines == ["- GET 404 1", "/a other 405 1", "/b POST 202 2"])
    #expect(counters.durations.count == 4)
    #expect(counters.durations.sum == 0.006)
  }
}
