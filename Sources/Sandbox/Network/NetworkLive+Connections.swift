import Drivers
import MissionModel
import Posix

extension Network {
  /// Connections that libcurl makes, to the addresses that `rule` lets pass, through TLS for https.
  static func connect(
    _ curl: Curl, _ rule: AddressRule
  ) -> @Sendable (WebRequest) async throws(StepFailure) -> ByteStream {
    { request throws(StepFailure) in
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
  }
}
