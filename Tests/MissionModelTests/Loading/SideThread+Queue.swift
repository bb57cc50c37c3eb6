import Dispatch
import MissionModel

extension SideThread {
  /// Makes a thread that takes one piece of work at a time.
  static let oneAtATime: @Sendable () -> SideThread = { queue(most: 1) }

  /// A thread that takes `most` pieces of work at a time.
  static func queue(most: Int) -> SideThread {
    let queue = DispatchQueue(label: "side")
    let places = DispatchSemaphore(value: most)
    return SideThread(
      take: { work in
        guard places.wait(timeout: .now()) == .success else { return false }
        queue.async {
          work()
          places.signal()
        }
        return true
      }, add: { queue.async(execute: $0) }, join: { queue.sync {} })
  }
}
