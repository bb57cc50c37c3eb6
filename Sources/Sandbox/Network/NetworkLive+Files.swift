import Drivers
import Formats
import Glibc
import MissionModel
import Posix

extension Network {
  /// FTP and SFTP through libcurl, to the addresses that `rule` lets pass, for data connections too. `home`
  /// has the known hosts, where a step names no others.
  static func transfer(
    _ curl: Curl, _ rule: AddressRule, home: String?
  ) -> @Sendable (FileTransfer) async throws(StepFailure) -> FileTransferAnswer {
    { request throws(StepFailure) in
      let transfer: CurlTransfer
      do throws(CurlError) {
        transfer = try curl.transfer(CurlRequest(request, home: home), judge: rule.refusal)
      } catch {
        throw failure(request, error)
      }
      let head = try await run(transfer, failure: { failure(request, $0) }) {
        (transfer) throws(CurlError) in try await transfer.start()
      }
      return FileTransferAnswer(length: head.contentLength) { () throws(StepFailure) in
        try await run(transfer, failure: { failure(request, $0) }) {
          (transfer) throws(CurlError) in try await transfer.read()
        }
      }
    }
  }

  private static func failure(_ request: FileTransfer, _ error: CurlError) -> StepFailure {
    switch error {
    case .cancelled: .cancelled
    case .refused(let reason): StepFailure(.denied, "\(request.title): \(reason)")
    case .library, .unsupported, .proxy: StepFailure("\(request.title): \(error)")
    case .transfer(let code, let message, let errno):
      StepFailure("\(request.title): " + FileTransferWords.explain(code, message, errno: errno, request))
    }
  }
}

extension CurlRequest {
  fileprivate init(_ request: FileTransfer, home: String?) {
    let origin = "\(request.scheme)://\(request.host):\(request.port)"
    let names = request.path.split(separator: "/", omittingEmptySubsequences: false).map {
      PercentEncoding.encode(String($0))
    }
    // A path of FTP starts where the user is let in, unless its first slash is encoded; one of SFTP at the
    // top, unless it begins with a tilde.
    let encoded = names.joined(separator: "/")
    let isAbsolute = request.path.hasPrefix("/")
    let path =
      request.language == .sftp
      ? isAbsolute ? encoded : "/~/" + encoded : isAbsolute ? "/%2F" + encoded.dropFirst() : "/" + encoded
    self.init(origin: origin, url: origin + path, method: "FILE", timeout: request.timeout)
    var options: CurlFileOptions
    switch request.action {
    case .size: options = CurlFileOptions(.size)
    case .download: options = CurlFileOptions(.download)
    case .upload(let held, let size):
      options = CurlFileOptions(.upload)
      body = .file(held.descriptorPath, size: size)
    }
    options.requiresTLS = request.language == .explicitTLS
    options.createsFolders = request.createsFolders
    options.resumesAt = request.resumesAt
    options.identity = request.identity?.descriptorPath
    if request.verifiesHostKey {
      let home = home ?? getenv("HOME").map { String(cString: $0) } ?? ""
      options.knownHosts = request.knownHosts?.descriptorPath ?? home + "/.ssh/known_hosts"
    }
    file = options
    user = (request.user.name, request.user.password)
    verifiesTLS = request.verifiesTLS
    certificates = request.certificates
  }
}
