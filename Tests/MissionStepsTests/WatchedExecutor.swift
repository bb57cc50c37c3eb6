import Dispatch
import Glibc
import Posix

/// An executor for a test's task that knows how long its longest job kept a processor busy.
final class WatchedExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "watched")
  private let most = Lock(Duration.zero)

  /// The processor time of the longest job so far; waiting for a busy machine is not in it.
  var longest: Duration { most.withLock { $0 } }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { [self] in
      let start = Self.time()
      job.runSynchronously(on: asUnownedTaskExecutor())
      let spent = Self.time() - start
      most.withLock { $0 = max($0, spent) }
    }
  }

  /// Processor time of this thread.
  private static func time() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
