import Glibc
import Posix
import TestSupport
import Testing

@testable import SQLite

@Suite(.timeLimit(.minutes(1))) struct MailboxTests {
  private func letters(_ delivery: Mailbox<Int>.Delivery) -> [Int]? {
    if case .letters(let letters) = delivery { letters } else { nil }
  }

  @Test func `letters come out in order, and no more than were asked for`() {
    let mailbox = Mailbox<Int>(capacity: 10)
    for letter in 1...5 { #expect(mailbox.send(letter) == .accepted) }
    #expect(letters(mailbox.take(upTo: 2)) == [1, 2])
    #expect(letters(mailbox.take(upTo: 10)) == [3, 4, 5])
  }

  @Test func `a full mailbox refuses, and takes again when there is room`() {
    let mailbox = Mailbox<Int>(capacity: 2)
    #expect(mailbox.send(1) == .accepted)
    #expect(mailbox.send(2) == .accepted)
    #expect(mailbox.send(3) == .full)
    #expect(letters(mailbox.take(upTo: 1)) == [1])
    #expect(mailbox.send(3) == .accepted)
  }

  @Test func `a closed mailbox gives what waits, then says so`() {
    let mailbox = Mailbox<Int>(capacity: 2)
    #expect(mailbox.send(1) == .accepted)
    mailbox.close()
    #expect(mailbox.send(2) == .closed)
    #expect(letters(mailbox.take(upTo: 2)) == [1])
    guard case .closed = mailbox.take(upTo: 2) else { return #expect(Bool(false)) }
  }

  @Test func `a receiver that has waited long enough gets nothing`() {
    let mailbox = Mailbox<Int>(capacity: 2)
    guard case .nothing = mailbox.take(upTo: 1, patience: .milliseconds(1)) else {
      return #expect(Bool(false))
    }
  }

  @Test func `a sleeping receiver wakes for a letter, and for the end`() async throws {
    let mailbox = Mailbox<Int>(capacity: 2)
    let received = Lock<[Int]>([])
    let threads = ThreadGroup()
    try threads.start(name: "receiver") {
      while case .letters(let letters) = mailbox.take(upTo: 1) {
        received.withLock { $0 += letters }
        if letters == [2] { mailbox.close() }
      }
    }
    #expect(mailbox.send(1) == .accepted)
    #expect(mailbox.send(2) == .accepted)
    await threads.ended()
    #expect(received.withLock { $0 } == [1, 2])
  }

  @Test func `gathering ends with the wanted number, and in time without it`() {
    let mailbox = Mailbox<Int>(capacity: 2)
    mailbox.gather(2, patience: .milliseconds(1))
    #expect(mailbox.send(1) == .accepted)
    #expect(mailbox.send(2) == .accepted)
    mailbox.gather(2, patience: .seconds(60))
    #expect(letters(mailbox.take(upTo: 2)) == [1, 2])
  }
}
