/// A file on its way to or from a server by FTP or SFTP.
package struct FileTransfer: Sendable {
  /// What is spoken: FTP, FTP raised to TLS, FTP inside of TLS, or SFTP.
  package enum Language: Sendable { case ftp, explicitTLS, implicitTLS, sftp }

  /// What is done.
  package enum Action: Sendable {
    case size
    case download
    /// A file that was judged, and its size.
    case upload(HeldPath, size: Int64)
  }

  package var language: Language
  package var action: Action
  /// A name or an address, IPv6 in brackets.
  package var host: String
  package var port: Int
  /// Absolute from the slash on, else relative to where the server lets the user in.
  package var path: String
  package var user: WebAddress.User
  /// For the whole transfer.
  package var timeout: Duration
  package var verifiesTLS = true
  /// Certificates in PEM form that are trusted instead of the host's.
  package var certificates: [UInt8]?
  /// Whether an unknown host key of SFTP is refused.
  package var verifiesHostKey = true
  /// Keys of trusted hosts instead of the user's, and the private key to show.
  package var knownHosts: HeldPath?
  package var identity: HeldPath?
  /// Bytes that the receiving side has already.
  package var resumesAt: Int64 = 0
  package var createsFolders = false

  /// Makes a transfer.
  package init(
    _ language: Language, _ action: Action, host: String, port: Int, path: String, user: WebAddress.User,
    timeout: Duration
  ) {
    self.language = language
    self.action = action
    self.host = host
    self.port = port
    self.path = path
    self.user = user
    self.timeout = timeout
  }

  /// `download ftp://example.com:21/a.txt`: how messages call it, without user and password.
  package var title: String {
    let verb =
      switch action {
      case .size: "look at"
      case .download: "download"
      case .upload: "upload"
      }
    return "\(verb) \(scheme)://\(host):\(port)\(path.hasPrefix("/") ? "" : "/")\(path)"
  }

  /// The scheme of its address.
  package var scheme: String {
    switch language {
    case .ftp, .explicitTLS: "ftp"
    case .implicitTLS: "ftps"
    case .sftp: "sftp"
    }
  }
}

/// What a server tells of a file, and its bytes as they come.
package struct FileTransferAnswer: Sendable {
  /// Bytes that are to come, of a size all; nil where the server does not tell.
  package var length: Int64?
  /// The next bytes of a download; none at its end.
  package var read: @Sendable () async throws(StepFailure) -> [UInt8]

  /// Makes an answer.
  package init(length: Int64?, read: @escaping @Sendable () async throws(StepFailure) -> [UInt8]) {
    self.length = length
    self.read = read
  }
}
