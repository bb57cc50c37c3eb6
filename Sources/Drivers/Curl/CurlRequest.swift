/// What is to be sent.
package struct CurlRequest: Sendable {
  /// Where the bytes of a body come from.
  package enum Body: Sendable {
    case bytes([UInt8])
    /// A path that can be opened, and how long the file is.
    case file(String, size: Int64)

    var size: Int64 {
      switch self {
      case .bytes(let bytes): Int64(bytes.count)
      case .file(_, let size): size
      }
    }
  }

  /// `https://example.com:8443`: the scheme, host and port of the address, by which connections are kept.
  package var origin: String
  package var url: String
  package var method: String
  /// Whole header lines, `Name: value`.
  package var headers: [String] = []
  package var body: Body?
  /// For basic authentication.
  package var user: (name: String, password: String)?
  /// For the whole transfer.
  package var timeout: Duration
  package var verifiesTLS = true
  /// Certificates in PEM form that are trusted instead of the host's.
  package var certificates: [UInt8]?
  /// Whether a read gives back as soon as there is anything.
  package var streams = false
  /// Whether only the connection is made, for `CurlTransfer.receive` and `send`.
  package var connectsOnly = false
  /// What the request goes through; nil for straight to its server.
  package var proxy: CurlProxy?
  /// For FTP and SFTP; nil for HTTP.
  package var file: CurlFileOptions?

  /// Makes a request without headers or body.
  package init(origin: String, url: String, method: String, timeout: Duration) {
    self.origin = origin
    self.url = url
    self.method = method
    self.timeout = timeout
  }
}
