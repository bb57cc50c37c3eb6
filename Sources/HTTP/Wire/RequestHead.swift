/// The two versions of the protocol that are spoken (RFC 9112 §2.3).
package enum Version: Sendable, Equatable { case http10, http11 }

/// How the end of a request's content is found (RFC 9112 §6).
package enum BodyFraming: Sendable, Equatable {
  case none
  case length(Int)
  case chunked
}

/// A request without its content, as the head parser found it.
struct RequestHead: Sendable {
  var method: Method
  var version: Version
  /// Where path and query stand in the bytes of `headers`.
  var path: Range<Int>
  var query: Range<Int>
  /// The authority of an absolute target, which goes before `Host` (RFC 9112 §3.2.2).
  var authority: Range<Int>?
  var headers: Headers
  var framing: BodyFraming
  /// What the client wants to happen to the connection after the answer.
  var keepsAlive: Bool
  var expectsContinue: Bool
}
