import Posix
import Testing

@testable import SQLite

@Suite(.timeLimit(.minutes(1))) struct ThreadGroupTests {
  @Test func `its end comes after the last thread's`() async throws {
    let group = ThreadGroup()
    let gate = Mailbox<Int>(capacity: 1)
    let finished = Lock(0)
    for number in 0..<3 {
      try group.start(name: "member \(number)") {
        _ = gate.take(upTo: 1)
        finished.withLock { $0 += 1 }
      }
    }
    gate.close()
    await group.ended()
    #expect(finished.withLock { $0 } == 3)
    await group.ended()  // at once
  }
}
