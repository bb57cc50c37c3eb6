package import Posix

/// A proxy that is asked by CONNECT for a connection to one address, through which everything goes then:
/// RFC 9110 §9.3.6.
package struct CurlProxy: Sendable {
  /// `http://proxy.example.com:3128`.
  package var url: String
  /// For basic authentication at the proxy.
  package var user: (name: String, password: String)?
  /// What it connects to, whatever host the request's address names.
  package var target: SocketAddress

  /// Names a proxy and what it is to connect to.
  package init(url: String, user: (name: String, password: String)?, target: SocketAddress) {
    self.url = url
    self.user = user
    self.target = target
  }

  /// Why there is no way through it; nil where the error has to do with something else.
  ///
  /// - Parameters:
  ///   - code: libcurl's code.
  ///   - status: what the proxy answered last; 0 where it did not.
  func refusal(_ code: CInt, status: Int, errno: CInt) -> String? {
    if status >= 300 {
      // RFC 9110 wants 407; some proxies say 401 where the password is wrong.
      let hint = status == 407 || status == 401 ? "; name its user and password in proxy.url" : ""
      return "the proxy \(url) does not connect to \(target): status \(status)\(hint)"
    }
    guard code == Self.unknownProxy || code == Self.cannotConnect else { return nil }
    let cause = errno == 0 ? "is its name right?" : "\(Errno(errno, "connect").reason) (\(errno))"
    return "the proxy \(url) cannot be reached: \(cause)"
  }

  /// CURLE_COULDNT_RESOLVE_PROXY and CURLE_COULDNT_CONNECT.
  private static let (unknownProxy, cannotConnect): (CInt, CInt) = (5, 7)
}

extension CurlEasy {
  /// Sets the way through a proxy, but for the list that names its target.
  func configure(_ proxy: CurlProxy) throws(CurlError) {
    try set(.proxy, proxy.url)
    try set(.tunnelsThroughProxy, 1)
    // The head of the proxy's answer is not the server's.
    try set(.hidesProxyHead, 1)
    guard let user = proxy.user else { return }
    try set(.proxyUserName, user.name)
    try set(.proxyPassword, user.password)
  }
}
