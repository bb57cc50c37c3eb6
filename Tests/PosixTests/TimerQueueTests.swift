import Testing

@testable import Posix

@Suite struct TimerQueueTests {
  private func at(_ nanoseconds: Int64) -> BootTime { BootTime(nanoseconds: nanoseconds) }

  @Test func `what is due comes soonest first, equals in the order they were added`() {
    var queue = TimerQueue<String>()
    for (time, name) in [(30, "d"), (10, "a"), (20, "b"), (20, "c")] { _ = queue.add(at(Int64(time)), name) }
    #expect(queue.nextDeadline == at(10))
    var due: [String] = []
    while let name = queue.popDue(at: at(20)) { due.append(name) }
    #expect(due == ["a", "b", "c"])
    #expect(queue.nextDeadline == at(30))
  }

  @Test func `a cancelled one never comes, and does not hold the place of the next`() {
    var queue = TimerQueue<String>()
    let first = queue.add(at(1), "first")
    _ = queue.add(at(5), "second")
    queue.cancel(first)
    queue.cancel(first)
    #expect(queue.nextDeadline == at(5))
    #expect(queue.popDue(at: at(4)) == nil)
    #expect(queue.popDue(at: at(5)) == "second")
    #expect(queue.nextDeadline == nil)
  }

  @Test func `ten thousand in any order come out sorted, with half of them cancelled`() {
    var queue = TimerQueue<Int64>()
    var generator = SystemRandomNumberGenerator()
    var expected: [Int64] = []
    for _ in 0..<10_000 {
      let time = Int64.random(in: 0..<1_000_000, using: &generator)
      let id = queue.add(at(time), time)
      if Bool.random() { queue.cancel(id) } else { expected.append(time) }
    }
    var seen: [Int64] = []
    while let time = queue.popDue(at: at(1_000_000)) { seen.append(time) }
    #expect(seen == expected.sorted())
    #expect(queue.count == 0)
  }
}
