import Formats

/// An http or https URL, taken apart as far as steps need it: RFC 3986 §3.
///
/// A name and password in it are taken out, so that the address itself can be shown.
package struct WebAddress: Sendable, Equatable {
  /// Who a request is from.
  package struct User: Sendable, Equatable {
    package var name: String
    package var password: String

    /// Names a user.
    package init(name: String, password: String) {
      self.name = name
      self.password = password
    }
  }

  /// `http` or `https`.
  package let scheme: String
  /// In small letters, an IPv6 address in its brackets.
  package let host: String
  package let port: Int
  /// The host as resolvers take it, an IPv6 address without its brackets.
  package var hostName: String { host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host }
  /// Path and query, from the first slash.
  package private(set) var target: String
  package let user: User?
  private let writtenPort: String

  /// Reads an address.
  ///
  /// - Throws: `.badParameters` that says what is wrong, without the address where it may hold a password.
  package init(_ text: String) throws(StepFailure) {
    func wrong(_ message: String) -> StepFailure { StepFailure(.badParameters, message) }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw wrong("holds a blank or a control character; write it as %20 and the like")
    }
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), text[colon...].hasPrefix("://") else {
      throw wrong("has no scheme; begin it with https://")
    }
    let scheme = text[..<colon].lowercased()
    guard scheme == "http" || scheme == "https" else {
      throw wrong("has the scheme \"\(scheme)\"; http and https are possible")
    }
    let rest = Substring(text[colon...].utf8.dropFirst(3).prefix { $0 != UInt8(ascii: "#") })
    let authority = Substring(rest.utf8.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") })
    let tail = rest[authority.endIndex...]
    let at = authority.utf8.lastIndex(of: UInt8(ascii: "@"))
    let place = at.map { authority[authority.index(after: $0)...] } ?? authority
    let split = place.hasPrefix("[") ? place.firstIndex(of: "]").map { place.index(after: $0) } : nil
    let hostEnd = split ?? place.utf8.firstIndex(of: UInt8(ascii: ":")) ?? place.endIndex
    let port = place[hostEnd...]
    guard !place[..<hostEnd].isEmpty else { throw wrong("names no host") }
    let fallback = scheme == "https" ? 443 : 80
    guard let number = port.count < 2 ? fallback : Int(port.dropFirst()), (1...65535).contains(number),
      port.isEmpty || port.first == ":"
    else { throw wrong("has a port that is no number from 1 to 65535") }
    self.scheme = scheme
    host = place[..<hostEnd].lowercased()
    self.port = number
    writtenPort = port.count < 2 ? "" : String(port)
    target = tail.hasPrefix("/") ? String(tail) : "/" + tail
    user = try at.map { (at) throws(StepFailure) in
      let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decode(parts[0]),
        let password = PercentEncoding.decode(parts.count > 1 ? parts[1] : "")
      else { throw wrong("has a user name or password with a % that is not followed by two digits") }
      return User(name: name, password: password)
    }
  }

  /// The address without user and password.
  package var shown: String { origin + target }

  /// `https://example.com:8443`: the server that requests go to.
  package var origin: String { "\(scheme)://\(host)\(writtenPort)" }

  /// True if both lead to the same server, so that what one may know the other may.
  package func isSameServer(as other: WebAddress) -> Bool {
    scheme == other.scheme && host == other.host && port == other.port
  }

  /// Adds members to the query, encoded.
  package mutating func addQuery(_ members: [(key: String, value: String)]) {
    guard !members.isEmpty else { return }
    let text = members.map { PercentEncoding.encode($0.key) + "=" + PercentEncoding.encode($0.value) }
      .joined(separator: "&")
    let glue = !target.contains("?") ? "?" : target.hasSuffix("?") || target.hasSuffix("&") ? "" : "&"
    target += glue + text
  }
}
