import Dispatch
import MissionModel
import TestSupport
import Testing

@testable import MissionKit

@Suite(.timeLimit(.minutes(1))) struct SideThreadTests {
  @Test func `work is taken up to a bound, done in order, and waited for`() {
    let side = SideThread.live()
    let gate = DispatchSemaphore(value: 0)
    let order = Observed<[Int]>([])
    var taken: [Int] = []
    for number in 0..<5 {
      let work = { @Sendable in
        if number == 0 { gate.wait() }
        order.update { $0.append(number) }
      }
      if side.take(work) { taken.append(number) }
    }
    #expect(taken == [0, 1, 2])
    gate.signal()
    side.join()
    #expect(order.value == [0, 1, 2])
    #expect(side.take { order.update { $0.append(5) } }, "there is room again")
    side.join()
    #expect(order.value == [0, 1, 2, 5])
  }

  @Test func `who adds more than may wait is held back until there is room`() {
    let side = SideThread.live()
    let gate = DispatchSemaphore(value: 0)
    let helper = DispatchQueue(label: "helper")
    let (added, begun) = (Observed(0), DispatchSemaphore(value: 0))
    helper.async {
      for number in 0..<20 {
        side.add { if number == 0 { gate.wait() } }
        added.update { $0 += 1 }
        if number == 15 { begun.signal() }
      }
    }
    begun.wait()
    #expect(added.value == 16, "the first is not done, so there is no room for a seventeenth")
    gate.signal()
    helper.sync {}
    side.join()
    #expect(added.value == 20)
  }
}
