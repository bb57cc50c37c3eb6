import Testing

@testable import MissionSteps

@Suite struct PingReportTests {
  @Test func `the words of iputils are understood`() {
    let report = PingReport(
      """
      PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.
      64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.031 ms
      64 bytes from 127.0.0.1: icmp_seq=3 ttl=64 time=12.5 ms
      64 bytes from 127.0.0.1: icmp_seq=3 ttl=64 time=13.0 ms (DUP!)

      --- 127.0.0.1 ping statistics ---
      3 packets transmitted, 2 received, 33% packet loss, time 2031ms
      """)
    #expect(report.address == "127.0.0.1")
    #expect(report.times == [1: 0.031, 3: 12.5])
  }

  @Test func `BusyBox counts from nought`() {
    let report = PingReport(
      """
      PING host (10.0.0.7): 56 data bytes
      64 bytes from 10.0.0.7: seq=0 ttl=64 time=0.120 ms
      """)
    #expect(report.address == "10.0.0.7")
    #expect(report.times == [1: 0.12])
  }

  @Test func `what is no report has no times`() {
    #expect(PingReport("ping: unknown host\n").times.isEmpty)
  }
}
