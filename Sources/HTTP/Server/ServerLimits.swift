/// Every bound that the server puts on its clients.
package struct ServerLimits: Sendable, Equatable {
  /// Bytes of the request target; more is answered with 414.
  package var targetBytes = 8 * 1024
  /// Bytes of all header fields with their line ends; more is answered with 431.
  package var headerBytes = 32 * 1024
  /// Bytes of a request's content; more is answered with 413.
  package var bodyBytes = 128 * 1024 * 1024
  /// Bytes of content that are kept in memory; what is longer goes to a file.
  package var memoryBodyBytes = 1024 * 1024
  /// Connections at once; further ones wait in the kernel's backlog.
  package var connections = 4096
  /// From the first byte of a head to its last; then 408.
  package var headDuration: Duration = .seconds(10)
  /// For the content of a request, to which `bodyDurationPer64KiB` is added as it arrives; then 408.
  package var bodyDuration: Duration = .seconds(60)
  /// What each 64 KiB of content that has arrived adds to the time allowed for it.
  package var bodyDurationPer64KiB: Duration = .seconds(1)
  /// Without any request before the connection is closed.
  package var idleDuration: Duration = .seconds(75)
  /// For a client that takes nothing of an answer that waits for it.
  package var stalledWriteDuration: Duration = .seconds(60)
  /// For reading off what a refused client still sends, so that it sees the answer and not a reset.
  package var lingerDuration: Duration = .seconds(5)
  /// Bytes that a stream may have waiting for its client before its writer has to wait.
  package var pendingWriteBytes = 256 * 1024

  /// The limits of the contract.
  package init() {}

  /// The longest request line: the target, a method and the version around it.
  var requestLineBytes: Int { targetBytes + 64 }
  /// The longest chunk-size line; extensions are read over, so a short one will do.
  var chunkLineBytes: Int { 256 }
  /// Bytes of all chunk extensions and trailers of one request together.
  var chunkOverheadBytes: Int { 16 * 1024 }
}
