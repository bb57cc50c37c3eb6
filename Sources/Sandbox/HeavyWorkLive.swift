package import MissionModel
import Posix

extension HeavyWork {
  /// As many threads as there are processors to spare: the rest waits in order.
  private static let threads = BlockingWork(name: "heavy", permits: 2)

  /// Work on threads of its own; a cancel is passed on to whoever asks for it.
  package static let live = HeavyWork { work in
    let isCancelled = Lock(false)
    return await withTaskCancellationHandler {
      await threads.run { work { isCancelled.withLock { $0 } } }
    } onCancel: {
      isCancelled.withLock { $0 = true }
    }
  }
}
