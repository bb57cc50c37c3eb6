import Glibc
package import MissionModel
package import Posix

/// The log of one attempt as it is written: made at its first byte, appended to, and cut at a limit.
///
/// `append` blocks for as long as a write to the page cache takes. Each piece goes to the file at once, so
/// that a reader who follows the log sees it and a crash loses nothing of it.
package final class AttemptLog: Sendable {
  private let name: AttemptLogName
  private let maxBytes: Int64
  private let state: Lock<State>

  /// A class, since it owns descriptors.
  // Touched only by whoever holds the lock around it: hence unchecked.
  private final class State: @unchecked Sendable {
    var file: FileDescriptor?
    var streams: FileDescriptor?
    var stream = StepLog.Stream.stdout
    var size: Int64 = 0
    var isFull = false
    var failure: Errno?
  }

  /// Prepares the log `name`, which ends with a marker after `maxBytes`.
  package init(_ name: AttemptLogName, maxBytes: Int) {
    self.name = name
    self.maxBytes = Int64(maxBytes)
    state = Lock(State())
  }

  /// Why the log could not be written; nil while all is well.
  package var failure: Errno? { state.withLock { $0.failure } }

  /// Bytes written so far.
  package var size: Int64 { state.withLock { $0.size } }

  /// The log as a step sees it.
  package var stepLog: StepLog { StepLog { stream, bytes in self.append(bytes, to: stream) } }

  /// Appends a piece of a stream. What cannot be written is dropped, and `failure` says why.
  package func append(_ bytes: [UInt8], to stream: StepLog.Stream) {
    bytes.withUnsafeBytes { append($0, to: stream) }
  }

  /// Appends a piece of a stream without copying it.
  package func append(_ bytes: UnsafeRawBufferPointer, to stream: StepLog.Stream) {
    guard !bytes.isEmpty else { return }
    state.withLock { state in
      guard state.failure == nil, !state.isFull else { return }
      do throws(Errno) {
        try write(bytes, to: stream, state)
      } catch {
        state.failure = error
      }
    }
  }

  /// Ends the log early, saying why: the disk is too full to go on.
  package func end(because reason: String) {
    state.withLock { state in
      guard state.failure == nil, !state.isFull else { return }
      state.isFull = true
      writeMarker(reason, state)
    }
  }

  private func write(
    _ bytes: UnsafeRawBufferPointer, to stream: StepLog.Stream, _ state: State
  ) throws(Errno) {
    if state.file == nil { try open(state) }
    if stream != state.stream {
      try noteChange(to: stream, state)
      state.stream = stream
    }
    let room = Int(min(Int64(bytes.count), maxBytes - state.size))
    try state.file?.writeAll(UnsafeRawBufferPointer(rebasing: bytes[..<room]))
    state.size += Int64(room)
    guard room < bytes.count else { return }
    state.isFull = true
    writeMarker("limits.max_log_bytes (\(maxBytes)) reached; the step went on without a log", state)
  }

  private func writeMarker(_ reason: String, _ state: State) {
    let marker = Array("\n[missiond: the log ends here: \(reason)]\n".utf8)
    // The marker is best effort: the log is over either way.
    try? marker.withUnsafeBytes { bytes in try state.file?.writeAll(bytes) }
  }

  private func open(_ state: State) throws(Errno) {
    if mkdir(name.directory, 0o750) != 0, errno != EEXIST { throw Errno(errno, "create", name.directory) }
    state.file = try .open(name.file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_APPEND, mode: 0o640)
  }

  private func noteChange(to stream: StepLog.Stream, _ state: State) throws(Errno) {
    if state.streams == nil {
      state.streams = try .open(
        name.streams, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_APPEND, mode: 0o640)
    }
    let record = StreamMap.record(stream, at: state.size)
    try record.withUnsafeBufferPointer { (bytes) throws(Errno) in
      try state.streams?.writeAll(UnsafeRawBufferPointer(bytes))
    }
  }
}
