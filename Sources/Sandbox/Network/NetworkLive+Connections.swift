import Drivers
import MissionModel
import Posix

extension Network {
  /// Connections to the addresses that `rule` lets pass: our own for http, libcurl's for https and through a
  /// proxy.
  static func connect(
    _ curl: Curl, _ rule: AddressRule, _ proxy: WebProxy
  ) -> @Sendable (WebRequest) async throws(StepFailure) -> ByteStream {
    { request throws(StepFailure) in
      let way = try await proxy.way(request, rule)
      return if way == nil, request.url.scheme == "http" {
        try await connectPlainly(request, rule)
      } else {
        try await connect(request, through: way, curl, rule)
      }
    }
  }

  private static func connect(
    _ request: WebRequest, through way: CurlProxy?, _ curl: Curl, _ rule: AddressRule
  ) async throws(StepFailure) -> ByteStream {
    var wanted = CurlRequest(request)
    wanted.connectsOnly = true
    let transfer = try begin(wanted, request, through: way, curl, rule)
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
    var failure = StepFailure.cancelled
    for address in try await AddressLookup.find(request, rule) {
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
  private static let (cannotConnect, cannotReceive): (CInt, CInt) = (7, 56)
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
