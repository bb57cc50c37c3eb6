import Posix

/// The request that a connection is busy with, from its head to the end of its answer.
struct CurrentExchange {
  var request: Request
  /// Index of its route; nil where none was found.
  let route: Int?
  let since: Duration
  /// Set when the answer begins.
  var status: Status = 200
  var framing: ResponseFraming = .none
  var keepsAlive = true
  var answerBytes = 0
  /// True while a stream writes the content of the answer.
  var isStreaming = false
  /// True when all of the answer is in the output.
  var isWritten = false
  /// Where content that is too long for memory goes.
  var spoolFile: OpenFile?
  var spooled = 0
}
