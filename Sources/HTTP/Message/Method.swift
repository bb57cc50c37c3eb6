/// What a request asks for (RFC 9110 §9).
package enum Method: Sendable, Hashable {
  case get, head, post, put, patch, delete, options
  /// A method that this server has no route for; it is answered with 405.
  case other(String)

  /// Reads a method's name, which is case-sensitive.
  package init(_ name: String) {
    switch name {
    case "GET": self = .get
    case "HEAD": self = .head
    case "POST": self = .post
    case "PUT": self = .put
    case "PATCH": self = .patch
    case "DELETE": self = .delete
    case "OPTIONS": self = .options
    default: self = .other(name)
    }
  }

  /// The name as it stands in the request line and in `Allow`.
  package var name: String {
    switch self {
    case .get: "GET"
    case .head: "HEAD"
    case .post: "POST"
    case .put: "PUT"
    case .patch: "PATCH"
    case .delete: "DELETE"
    case .options: "OPTIONS"
    case .other(let name): name
    }
  }
}
