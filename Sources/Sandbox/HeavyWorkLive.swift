package import MissionModel
import Posix

extension HeavyWork {
  /// As many threads as there are processors to spare: the rest waits in order.
  private static let threads = BlockingWork(name: "heavy", permits: 2)

  /// Work on threads of its own. A cancelled step waits for none of it: what does not ask for the cancel ends
  /// by itself, for nobody.
  package static let live = HeavyWork { work in
    do throws(CancellationError) {
      let value: any Sendable = try await threads.runUnlessCancelled { work($0) }
      return value
    } catch { return nil }
  }
}
