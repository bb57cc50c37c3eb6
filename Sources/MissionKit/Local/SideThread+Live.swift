package import MissionModel
import Posix

extension SideThread {
  private static let thread = BlockingWork(name: "checks", permits: 1)

  /// Pieces of work that may wait: what they hold takes several times the room of its text.
  private static let mostWaiting = 3
  /// Pieces of work that must be done by the thread, which may wait: enough that neither waits for the other.
  private static let mostAhead: UInt32 = 16

  /// A thread that checks one large document, and ends when there has been none for a while.
  package static func live() -> SideThread {
    let waiting = Lock(0)
    let room = Semaphore(mostAhead)
    return SideThread(
      take: { work in
        let hasRoom = waiting.withLock { waiting in
          guard waiting < mostWaiting else { return false }
          waiting += 1
          return true
        }
        guard hasRoom else { return false }
        thread.submit {
          work()
          waiting.withLock { $0 -= 1 }
        }
        return true
      },
      add: { work in
        room.wait()
        thread.submit {
          work()
          room.signal()
        }
      },
      join: {
        let end = Semaphore()
        thread.submit { end.signal() }
        end.wait()
      })
  }
}
