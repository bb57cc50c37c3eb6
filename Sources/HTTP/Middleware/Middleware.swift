/// Judges every request before its content is read: who sends it, from where, whether it may.
package protocol Middleware: Sendable {
  /// Returns nil to let the request go on, or the answer that ends it.
  ///
  /// It runs on the loop's thread and must not block. It may write down who the request speaks for in
  /// `request.caller`. `route` is nil where the path or method has none, so that a stranger learns nothing.
  func admit(_ request: inout Request, to route: Route?) -> Response?
}

/// One request and its answer, once the answer has gone out: what access logs and counters are made of.
package struct Exchange: Sendable {
  /// The method.
  package let method: Method
  /// The path as it was sent, without the query, which may hold secrets.
  package let path: String
  /// The route's pattern; nil where no route was found.
  package let route: String?
  /// The status of the answer.
  package let status: Status
  /// Bytes of the answer's content that were handed to the kernel.
  package let bytes: Int
  /// From the end of the request's head until the answer was out.
  package let duration: Duration
  /// Who sent it.
  package let peer: Peer
  /// Who it spoke for, if a middleware found out.
  package let caller: Caller?
}
