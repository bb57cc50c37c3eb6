/// What a transfer of a file by FTP or SFTP is about, beside its address.
package struct CurlFileOptions: Sendable {
  /// What is done with the remote file.
  package enum Action: Sendable { case size, download, upload }

  package var action: Action
  /// Whether an FTP connection has to be raised to TLS before anything else is said.
  package var requiresTLS = false
  package var createsFolders = false
  /// Bytes that the receiving side has already.
  package var resumesAt: Int64 = 0
  /// The file of trusted host keys for SFTP; nil trusts every host.
  package var knownHosts: String?
  /// The file of a private key for SFTP.
  package var identity: String?

  /// Makes options.
  package init(_ action: Action) { self.action = action }

  /// FTP, FTPS and SFTP: CURLOPT_PROTOCOLS(3).
  static let protocols = 4 | 8 | 32
}

extension CurlEasy {
  /// Sets what `options` say.
  func configure(_ options: CurlFileOptions, hasPassword: Bool, bodySize: Int64) throws(CurlError) {
    try set(.protocols, CurlFileOptions.protocols)
    // CURLUSESSL_ALL: never a word in the clear.
    if options.requiresTLS { try set(.usesTLS, 3) }
    // Data connections go where the control connection goes, whatever the server says.
    try set(.skipsPassiveAddress, 1)
    if options.createsFolders { try set(.createsFolders, 1) }
    if options.resumesAt > 0 { try set(.resumesAt, Int(options.resumesAt)) }
    // Passwords and questions, or keys and the agent.
    try set(.sshAuthentication, hasPassword ? 2 | 8 : 1 | 16)
    if let path = options.knownHosts { try set(.knownHosts, path) }
    if let path = options.identity { try set(.identity, path) }
    switch options.action {
    case .size: try set(.noBody, 1)
    case .download: break
    case .upload:
      try set(.upload, 1)
      try set(.bodySize, Int(bodySize))
    }
  }
}
