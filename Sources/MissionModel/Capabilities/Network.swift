/// Lets a step speak to servers. The address that is really connected to is judged, after its name was looked
/// up, so that no name leads around the policy (contract §9).
package struct Network: Sendable {
  /// Sends a request and waits for the head of its answer; never follows a redirect by itself.
  package var send: @Sendable (_ request: WebRequest) async throws(StepFailure) -> WebAnswer
  /// Connects to the server of the request's address, through TLS for https, and sends nothing by itself. The
  /// request's timeout bounds all that is done over the connection.
  package var connect: @Sendable (_ request: WebRequest) async throws(StepFailure) -> ByteStream

  /// Uploads a file, begins to download one, or asks for its size, by FTP or SFTP.
  package var transfer: @Sendable (_ request: FileTransfer) async throws(StepFailure) -> FileTransferAnswer

  /// Opens a TCP connection, closes it, and gives the address that answered; a name's addresses in order.
  package var reach:
    @Sendable (_ host: String, _ port: Int, _ timeout: Duration) async throws(StepFailure) -> String

  /// The addresses of a host in order, each of them judged: for programs that connect by themselves. `title`
  /// is what messages call the work.
  package var addresses:
    @Sendable (_ host: String, _ port: Int, _ title: String) async throws(StepFailure) -> [String]

  /// Prepares to ask a host whether it is there; nil where the kernel lets this user not use the method, and
  /// `.denied` where the policy refuses the address.
  package var ping:
    @Sendable (_ host: String, _ method: PingMethod, _ port: Int?) async throws(StepFailure) -> PingTarget?

  /// Makes the capability of its closures; connections and files are refused until they are set.
  package init(
    send: @escaping @Sendable (WebRequest) async throws(StepFailure) -> WebAnswer,
    reach: @escaping @Sendable (String, Int, Duration) async throws(StepFailure) -> String = {
      host, port, _ throws(StepFailure) in
      throw StepFailure(
        .denied, "connect to \(host):\(port): this step type did not declare that it uses the network")
    }
  ) {
    self.send = send
    self.reach = reach
    connect = { request throws(StepFailure) in throw Self.refusal(request.title) }
    transfer = { request throws(StepFailure) in throw Self.refusal(request.title) }
    addresses = { _, _, title throws(StepFailure) in throw Self.refusal(title) }
    ping = { host, _, _ throws(StepFailure) in throw Self.refusal("ping \(host)") }
  }

  private static func refusal(_ title: String) -> StepFailure {
    StepFailure(.denied, "\(title): this step type did not declare that it uses the network")
  }

  /// Refuses everything: what a step gets that did not declare `usesNetwork`.
  package static let denied = Network(send: { request throws(StepFailure) in throw refusal(request.title) })
}

/// An HTTP request as steps describe it.
package struct WebRequest: Sendable {
  /// Where the bytes of a body come from.
  package enum Body: Sendable {
    case bytes([UInt8])
    /// A file that was judged, and its size.
    case file(HeldPath, size: Int64)
  }

  package var method: String
  package var url: WebAddress
  package var headers: [(name: String, value: String)] = []
  package var body: Body?
  /// For basic authentication.
  package var user: WebAddress.User?
  /// For the request and its whole answer.
  package var timeout: Duration
  package var verifiesTLS = true
  /// Certificates in PEM form that are trusted instead of the host's.
  package var certificates: [UInt8]?
  /// Whether the body is given out as it comes, in pieces however small.
  package var streams = false
  /// What messages call it instead of the method and the address.
  package var heading: String?

  /// Makes a request without headers or body.
  package init(method: String, url: WebAddress, timeout: Duration) {
    self.method = method
    self.url = url
    self.timeout = timeout
  }

  /// `get https://example.com/a`: how messages call it.
  package var title: String { heading ?? "\(method.lowercased()) \(url.shown)" }
}

/// The head of an answer, and its body as it comes.
package struct WebAnswer: Sendable {
  package var status: Int
  /// In the order in which they came.
  package var headers: [(name: String, value: String)]
  /// Where a redirect leads, absolute; nil where the answer names no other place.
  package var redirect: String?
  package var remoteAddress: String
  /// The next bytes of the body; none at its end.
  package var read: @Sendable () async throws(StepFailure) -> [UInt8]

  /// Makes an answer.
  package init(
    status: Int, headers: [(name: String, value: String)], redirect: String?, remoteAddress: String,
    read: @escaping @Sendable () async throws(StepFailure) -> [UInt8]
  ) {
    self.status = status
    self.headers = headers
    self.redirect = redirect
    self.remoteAddress = remoteAddress
    self.read = read
  }

  /// The first field of that name, whatever its case.
  package func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name }?.value
  }
}
