import Formats
@testable import MissionSteps
import Testing

@Suite struct ProcTextTests {
  @Test func `processors are added up, and guests are not counted twice`() {
    let text = "cpu  10 1 5 80 4 0 0 0 9 9\ncpu0 5 0 0 40 0 0 0 0 0 0\ncpu1 5 1 5 40 4 0 0 0 0 0\nintr 1\n"
    #expect(ProcText.processors(text) == ProcText.Processors(total: 100, idle: 84, count: 2))
    #expect(ProcText.processors("intr 1\n") == nil)
    #expect(ProcText.processors("cpu 1 2\n") == nil)
  }

  @Test(arguments: [(100, 84, 0.0), (200, 134, 50.0), (200, 84, 100.0), (200, 200, 0.0), (90, 84, 0.0)])
  func `usage is the part of the time that was not idle`(total: Int64, idle: Int64, usage: Double) {
    let before = ProcText.Processors(total: 100, idle: 84, count: 1)
    #expect(ProcText.Processors(total: total, idle: idle, count: 1).usage(since: before) == usage)
  }

  @Test func `load and memory are figures by name`() {
    #expect(ProcText.load("0.25 1.50 2.00 1/234 567\n") == [0.25, 1.5, 2])
    #expect(
      ProcText.memory("MemTotal:  2 kB\nHugePages_Total:  3\nbroken\nMemFree: x kB\n")
        == ["MemTotal": 2048, "HugePages_Total": 3072])
  }

  @Test func `interfaces are told apart, whatever is in their names`() {
    let text = """
      Inter-|   Receive                                                |  Transmit
       face |bytes    packets errs drop fifo frame compressed multicast|bytes packets errs
          lo: 100 1 2 0 0 0 0 0 200 1 3 0 0 0 0 0
      eth0:1: 7 0 0 0 0 0 0 0 8 0 0 0 0 0 0 0
      """
    #expect(
      ProcText.interfaces(text) == [
        ProcText.Interface(name: "lo", received: 100, sent: 200, errors: 5),
        ProcText.Interface(name: "eth0:1", received: 7, sent: 8, errors: 0),
      ])
  }

  @Test func `pressure keeps the kernel's names`() {
    let text = "some avg10=0.12 avg60=1.00 avg300=0.00 total=345\nfull avg10=0.00 total=1\n"
    #expect(
      ProcText.pressure(text) == [
        "some": ["avg10": 0.12, "avg60": 1.0, "avg300": 0.0, "total_us": 345],
        "full": ["avg10": 0.0, "total_us": 1],
      ])
  }

  @Test func `a process may be called anything`() {
    let text = "7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 3 18 19 20"
    #expect(
      ProcText.process(text) == ProcText.Process(name: "a) b (c", state: "S", ticks: 23, threads: 3))
    #expect(ProcText.process("7 (a S") == nil)
    #expect(ProcText.residentBytes("Name:\tx\nVmRSS:\t  12 kB\n") == 12288)
    #expect(ProcText.residentBytes("Name:\tkthread\n") == 0)
  }
}
