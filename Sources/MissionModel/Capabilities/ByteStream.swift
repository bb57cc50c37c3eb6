/// A connection over which bytes go both ways, plain or through TLS; closed when nobody holds it any more.
package struct ByteStream: Sendable {
  /// The next bytes; none where the other side has closed. Fails at the deadline of what opened it.
  package var read: @Sendable () async throws(StepFailure) -> [UInt8]
  /// Sends all bytes.
  package var write: @Sendable (_ bytes: [UInt8]) async throws(StepFailure) -> Void

  /// Makes a stream of its closures.
  package init(
    read: @escaping @Sendable () async throws(StepFailure) -> [UInt8],
    write: @escaping @Sendable ([UInt8]) async throws(StepFailure) -> Void
  ) {
    self.read = read
    self.write = write
  }
}
