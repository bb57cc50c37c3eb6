package import MissionModel
import Posix

/// A step's own way into its log, without secrets: also one that comes in pieces, as the words of a model do.
package final class MaskedLog: Sendable {
  private let log: StepLog
  private let streams: Lock<[StepLog.Stream: MaskingStream]>

  /// Masks what goes into `log`.
  package init(_ log: StepLog, _ masker: Masker) {
    self.log = log
    streams = Lock([.stdout: MaskingStream(masker), .stderr: MaskingStream(masker)])
  }

  /// The log to write to.
  package var stepLog: StepLog {
    StepLog { [self] stream, bytes in
      // Written under the lock, so that pieces stay in order.
      streams.withLock { streams in
        let shown = streams[stream]?.take(bytes) ?? bytes
        if !shown.isEmpty { log.write(stream, shown) }
      }
    }
  }

  /// Masks what is written from now on by another masker.
  package func adopt(_ masker: Masker) {
    streams.withLock { streams in
      for stream in [StepLog.Stream.stdout, .stderr] { streams[stream]?.adopt(masker) }
    }
  }

  /// Writes what was held back because it might have become a secret.
  package func finish() {
    streams.withLock { streams in
      for stream in [StepLog.Stream.stdout, .stderr] {
        let rest = streams[stream]?.finish() ?? []
        if !rest.isEmpty { log.write(stream, rest) }
      }
    }
  }
}
