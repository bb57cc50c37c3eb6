import Drivers
import MissionModel
import Posix

extension Network {
  /// Connections to the addresses that `rule` lets pass: our own for http, through libcurl's TLS for https.
  static func connect(
    _ curl: Curl, _ rule: AddressRule
  ) -> @Sendable (WebRequest) async throws(StepFailure) -> ByteStream {
    { request throws(StepFailure) in
      try await request.url.scheme == "http"
        ? connectPlainly(request, rule) : connectSecurely(request, curl, rule)
    }
  }

  private static func connectSecurely(
    _ request: WebRequest, _ curl: Curl, _ rule: AddressRule
  ) async throws(StepFailure) -> ByteStream {
    var wanted = CurlRequest(request)
    wanted.connectsOnly = true
    let transfer: CurlTransfer
    do throws(CurlError) { transfer = try curl.transfer(wanted, judge: rule.refusal) } catch {
      throw failure(request, error)
    }
    _ = try await run(transfer, request) { (transfer) throws(CurlError) in try await transfer.start() }
    return ByteStream(
      read: { () throws(StepFailure) in
        try await run(transfer, request) { (transfer) throws(CurlError) in try await transfer.receive() }
      },
      write: { bytes throws(StepFailure) in
        try await run(transfer, request) { (transfer) throws(CurlError) in try await transfer.send(bytes) }
      })
  }

  private static func connectPlainly(
    _ request: WebRequest, _ rule: AddressRule
  ) async throws(StepFailure) -> ByteStream {
    let deadline = ContinuousClock.now + request.timeout
    let addresses = await NameLookup.addresses(of: request.url.hostName, port: UInt16(request.url.port))
    guard !Task.isCancelled else { throw .cancelled }
    var failure = failure(request, .transfer(code: noAddress, message: "", errno: 0))
    for address in addresses {
      if let refusal = rule.refusal(address) { throw Self.failure(request, .refused(refusal)) }
      do throws(StepFailure) { return try await open(address, request, until: deadline) } catch {
        guard error.kind == .failed else { throw error }
        failure = error
      }
    }
    throw failure
  }

  private static func open(
    _ address: SocketAddress, _ request: WebRequest, until deadline: ContinuousClock.Instant
  ) async throws(StepFailure) -> ByteStream {
    let raw: RawConnection
    do throws(Errno) { raw = try RawConnection(to: address) { deadline } } catch {
      throw failure(request, CurlError(.broken(error), code: cannotConnect))
    }
    @Sendable func told<Value>(
      _ code: CInt, _ body: (RawConnection) throws(RawConnection.Failure) -> Value
    ) throws(StepFailure) -> Value {
      do throws(RawConnection.Failure) { return try body(raw) } catch {
        throw failure(request, CurlError(error, code: code))
      }
    }
    try await raw.run { () throws(StepFailure) in
      try told(cannotConnect) { (raw) throws(RawConnection.Failure) in try raw.open() }
    }
    return ByteStream(
      read: { () throws(StepFailure) in
        try await raw.run { () throws(StepFailure) in
          try told(cannotReceive) { (raw) throws(RawConnection.Failure) in try raw.receive() }
        }
      },
      write: { bytes throws(StepFailure) in
        try await raw.run { () throws(StepFailure) in
          try told(cannotReceive) { (raw) throws(RawConnection.Failure) in try raw.send(bytes) }
        }
      })
  }

  /// What libcurl calls it, so that both kinds of connection fail in the same words: libcurl-errors(3).
  private static let (noAddress, cannotConnect, cannotReceive): (CInt, CInt, CInt) = (6, 7, 56)
}

extension CurlError {
  fileprivate init(_ failure: RawConnection.Failure, code: CInt) {
    self =
      switch failure {
      case .interrupted: .cancelled
      case .timedOut: .transfer(code: 28, message: "no answer in time", errno: 0)
      case .broken(let error): .transfer(code: code, message: error.reason, errno: error.code)
      }
  }
}
