import Formats
import HTTP

/// One operation of the API: the route and its entry in the OpenAPI document come from it.
struct Endpoint: Sendable {
  /// A name and value that a query may have.
  struct QueryParameter: Sendable {
    let name: String
    let summary: String
    let schema: JSON

    init(_ name: String, _ schema: JSON, _ summary: String) {
      self.name = name
      self.schema = schema
      self.summary = summary
    }
  }

  /// An answer that is not an error.
  struct Answer: Sendable {
    let status: Int
    let summary: String
    /// The name of its shape under `components/schemas`; nil for other media types than JSON.
    let schema: String?
    let mediaType: String

    init(_ status: Int, _ summary: String, schema: String? = nil, mediaType: String = "application/json") {
      self.status = status
      self.summary = summary
      self.schema = schema
      self.mediaType = mediaType
    }
  }

  let method: Method
  let path: String
  let summary: String
  /// What a caller must have to get here; nil is open to all.
  let scope: AccessScope?
  var query: [QueryParameter] = []
  /// The media types of the content it takes; empty where it takes none.
  var content: [String] = []
  var answers: [Answer] = []
  /// The statuses of its problem answers.
  var problems: [Int] = []
  var takesIdempotencyKey = false
  var shortcut: Route.Shortcut?
  let handler: Route.Handler

  init(
    _ method: Method, _ path: String, _ summary: String, scope: AccessScope? = .read,
    shortcut: Route.Shortcut? = nil, handler: @escaping Route.Handler
  ) {
    self.method = method
    self.path = path
    self.summary = summary
    self.scope = scope
    self.shortcut = shortcut
    self.handler = handler
  }

  /// The route; calls without content of their own take little.
  var route: Route {
    Route(
      method, path, scope: scope?.rawValue, bodyLimit: content.isEmpty ? 64 << 10 : nil, shortcut: shortcut,
      handler: handler)
  }

  /// The same operation with what its description adds.
  func with(_ change: (inout Endpoint) -> Void) -> Endpoint {
    var copy = self
    change(&copy)
    return copy
  }
}
