/// A status code (RFC 9110 §15) with its usual phrase.
package struct Status: Sendable, Hashable, ExpressibleByIntegerLiteral {
  /// The code, 100 to 599.
  package let code: Int

  /// Wraps a code.
  package init(_ code: Int) { self.code = code }
  package init(integerLiteral value: Int) { code = value }

  /// True for 1xx, 204 and 304, whose answers never have content (RFC 9112 §6.3).
  package var forbidsContent: Bool { code < 200 || code == 204 || code == 304 }

  /// The phrase that follows the code in the status line; empty for codes that this server never sends.
  package var phrase: StaticString {
    switch code {
    case 100: "Continue"
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 206: "Partial Content"
    case 304: "Not Modified"
    case 400...499: clientErrorPhrase
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    case 505: "HTTP Version Not Supported"
    case 507: "Insufficient Storage"
    default: ""
    }
  }

  private var clientErrorPhrase: StaticString {
    switch code {
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 411: "Length Required"
    case 412: "Precondition Failed"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 416: "Range Not Satisfiable"
    case 417: "Expectation Failed"
    case 422: "Unprocessable Content"
    case 428: "Precondition Required"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    default: ""
    }
  }
}
