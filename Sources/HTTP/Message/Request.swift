/// One request with its content.
///
/// Text stays in the bytes of the head until it is asked for, so that a request costs little where only its
/// route and one field are looked at.
package struct Request: Sendable {
  /// What is asked for; HEAD too, although a route for GET is given it.
  package let method: Method
  /// The protocol version that the client speaks.
  package let version: Version
  /// All header fields.
  package let headers: Headers
  /// The content, complete.
  package internal(set) var body: RequestBody
  /// Who is at the other end.
  package let peer: Peer
  /// What the `{name}` segments of the route's pattern stand for in this path.
  package internal(set) var parameters: PathParameters = .none
  /// Who the request speaks for, as a middleware found it; nil where none looked.
  package var caller: Caller?
  /// Tells when the client goes away.
  package internal(set) var client: ClientPresence

  let pathRange: Range<Int>
  private let queryRange: Range<Int>
  private let authority: Range<Int>?

  /// Makes a request without a connection, for the tests of handlers. `target` is a path with its query.
  package init(
    _ method: Method, _ target: String, headers: Headers = [:], body: RequestBody = .none,
    peer: Peer = .tcp(address: "127.0.0.1", port: 0), caller: Caller? = nil
  ) {
    let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
    let bytes = headers.bytes + Array(target.utf8)
    let start = headers.bytes.count
    self.method = method
    version = .http11
    self.headers = Headers(bytes: bytes, fields: headers.fields)
    self.body = body
    self.peer = peer
    self.caller = caller
    client = ClientPresence()
    pathRange = start..<(start + path.count)
    queryRange = min(pathRange.upperBound + 1, bytes.count)..<bytes.count
    authority = nil
  }

  init(_ head: RequestHead, peer: Peer, client: ClientPresence) {
    method = head.method
    version = head.version
    headers = head.headers
    body = .none
    self.peer = peer
    self.client = client
    pathRange = head.path
    queryRange = head.query
    authority = head.authority
  }

  /// The path as it was sent, escapes and all: `/missions/0199`.
  package var path: String { headers.text(pathRange) }

  /// The query as it was sent, without the `?`; empty where there is none.
  package var rawQuery: String { headers.text(queryRange) }

  /// The query's names and values.
  package var query: Query { Query(rawQuery) }

  /// True if there is a query; cheaper than `query` where most requests have none.
  package var hasQuery: Bool { !queryRange.isEmpty }

  /// The authority that the client asked for: that of an absolute target, else the `Host` field.
  package var host: String? { authority.map(headers.text) ?? headers["Host"] }
}

/// The content of a request.
package enum RequestBody: Sendable {
  case none
  case bytes([UInt8])
  /// Content that was too long for memory, in a file without a name.
  case file(SpooledBody)

  /// The number of bytes.
  package var count: Int {
    switch self {
    case .none: 0
    case .bytes(let bytes): bytes.count
    case .file(let body): body.count
    }
  }
}

/// Content of a request that was written to a file, which is gone when the last reference to this is.
package final class SpooledBody: Sendable {
  /// The open file, positioned anywhere; read it with offsets or map it.
  package let file: OpenFile
  /// The number of bytes.
  package let count: Int

  init(file: OpenFile, count: Int) {
    self.file = file
    self.count = count
  }
}

/// The values of the `{name}` segments of a path, decoded.
package struct PathParameters: Sendable, Equatable {
  /// Of a path whose pattern has no such segment.
  package static let none = PathParameters(names: [], values: [])

  let names: [String]
  let values: [String]

  /// The value of the segment `{name}`. Asking for a name that the pattern lacks is a programmer error.
  package subscript(name: String) -> String {
    guard let index = names.firstIndex(of: name) else {
      preconditionFailure("the route has no segment {\(name)}")
    }
    return values[index]
  }
}
