/// One method on one pattern, and the function that answers it.
package struct Route: Sendable {
  /// Answers a request; it runs on the server's actor, which is the loop's thread, and must not block it.
  package typealias Handler = @Sendable (Request) async -> Response
  /// Answers at once, without a task, what needs no waiting; nil leaves the request to the handler.
  package typealias Shortcut = @Sendable (Request) -> Response?

  /// The method; a route for GET answers HEAD too.
  package let method: Method
  /// The paths.
  package let pattern: RoutePattern
  /// Bytes of content that this route takes; nil is the server's limit.
  package let bodyLimit: Int?
  /// What callers may be asked for before they get here, in the words of whoever checks it.
  package let scope: String?
  let shortcut: Shortcut?
  let handler: Handler

  /// Makes a route.
  package init(
    _ method: Method, _ pattern: String, scope: String? = nil, bodyLimit: Int? = nil,
    shortcut: Shortcut? = nil, handler: @escaping Handler
  ) {
    self.method = method
    self.pattern = RoutePattern(pattern)
    self.scope = scope
    self.bodyLimit = bodyLimit
    self.shortcut = shortcut
    self.handler = handler
  }
}
