/// Where a client finds its server: `http://host:port`, or the path of a Unix socket.
package enum ServerAddress: Sendable, Equatable, CustomStringConvertible {
  /// A host name or literal address, without brackets, and a port.
  case tcp(host: String, port: UInt16)
  /// The path of a Unix socket.
  case unix(String)

  /// Reads `http://127.0.0.1:7433`, `http://[::1]:7433/`, `127.0.0.1:7433`, `unix:/run/x.sock` or a path.
  ///
  /// - Throws: what is wrong with the text; `https` is not spoken.
  package init(_ text: String) throws(ClientError) {
    if text.hasPrefix("/") || text.hasPrefix("unix:") {
      self = .unix(text.hasPrefix("/") ? text : String(text.dropFirst(5)))
      return
    }
    if text.hasPrefix("https://") {
      throw ClientError(.badAddress, "\(text): https is not spoken here; use http or a Unix socket")
    }
    var rest = text.hasPrefix("http://") ? text.dropFirst(7) : text[...]
    if rest.hasSuffix("/") { rest.removeLast() }
    let colon = rest.lastIndex(of: ":").flatMap { rest[$0...].contains("]") ? nil : $0 }
    let port = colon.map { UInt16(rest[rest.index(after: $0)...]) } ?? 80
    var host = rest[..<(colon ?? rest.endIndex)]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard let port, !host.isEmpty, !host.contains(where: { "/@?# ".contains($0) }) else {
      throw ClientError(
        .badAddress, "\(text): is not a server; write http://HOST:PORT or the path of a Unix socket")
    }
    self = .tcp(host: String(host), port: port)
  }

  package var description: String {
    switch self {
    case .tcp: "http://\(authority)"
    case .unix(let path): "unix:\(path)"
    }
  }

  /// What the `Host` field says.
  var authority: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix: "localhost"
    }
  }
}

/// Why a client has no answer, in one sentence that names the server.
package struct ClientError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What a caller may want to tell apart.
  package enum Kind: Sendable, Equatable {
    /// The text that names the server is wrong.
    case badAddress
    /// There is no connection: nobody listens, or the name leads nowhere.
    case unreachable
    /// The server did not answer in time.
    case timedOut
    /// The connection ended in the middle of an answer.
    case closed
    /// What came back is no HTTP, or more than was asked for.
    case badAnswer
    /// The task was cancelled.
    case cancelled
  }

  /// What kind of failure it is.
  package let kind: Kind
  package let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
