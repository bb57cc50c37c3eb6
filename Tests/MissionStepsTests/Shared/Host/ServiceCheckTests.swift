import Formats
import Testing

@testable import MissionSteps

@Suite struct ServiceCheckTests {
  @Test(arguments: [
    ("LoadState=loaded\nActiveState=active\nSubState=exited\nResult=success", true, "active (exited)"),
    ("ActiveState=reloading\nSubState=reload", true, "reloading (reload)"),
    ("ActiveState=activating\nSubState=start", false, "activating (start)"),
    ("LoadState=not-found\nActiveState=inactive", false, "there is no unit u"),
    ("", false, "unknown (unknown)"),
  ])
  func `a unit is healthy while it is active`(answer: String, isHealthy: Bool, detail: String) {
    let seen = ServiceCheck.judge(answer, "u")
    #expect(seen.isHealthy == isHealthy)
    #expect(seen.detail == detail)
  }

  @Test func `a check is told with its time in milliseconds`() {
    let check = ServiceCheck(
      kind: "tcp", target: "a:1", isHealthy: true, latency: .microseconds(1_234_567), detail: "fine")
    #expect(
      check.json == [
        "kind": "tcp", "target": "a:1", "healthy": true, "latency_ms": 1234.57, "detail": "fine",
      ])
  }
}
