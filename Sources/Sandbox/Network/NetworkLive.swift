package import Drivers
package import MissionModel
import Posix

extension Network {
  /// HTTP through libcurl of the host, to the servers that the policy lets pass: judged by name before, and
  /// by address when a connection is made. `findJudge` gives the policy of the moment, `findProxy` the proxy;
  /// `home` is the steps' HOME, nil this process's.
  package static func live(
    _ curl: Curl = .host, findProxy: @escaping @Sendable () -> WebProxy = { WebProxy() }, home: String? = nil,
    findJudge: @escaping @Sendable () -> PolicyJudge
  ) -> Network {
    // The capability whose connections to this server are judged by its name as well.
    let judged: @Sendable (String, Int?, String) throws(StepFailure) -> Network = {
      host, port, title throws(StepFailure) in
      let judge = findJudge()
      if let denial = judge.refusal(ofHost: host, port: port) { throw denial.failure(title) }
      let rule = AddressRule(judge)
      return live(curl, rule: port.map { rule.asked(host, $0) } ?? rule, proxy: findProxy(), home: home)
    }
    var network = Network(
      send: { request throws(StepFailure) in
        try await judged(request.url.host, request.url.port, request.title).send(request)
      },
      reach: { host, port, timeout throws(StepFailure) in
        try await judged(host, port, "connect to \(host):\(port)").reach(host, port, timeout)
      })
    network.connect = { request throws(StepFailure) in
      try await judged(request.url.host, request.url.port, request.title).connect(request)
    }
    network.transfer = { transfer throws(StepFailure) in
      try await judged(transfer.host, transfer.port, transfer.title).transfer(transfer)
    }
    network.addresses = { host, port, title throws(StepFailure) in
      try await judged(host, port, title).addresses(host, port, title)
    }
    network.ping = { host, method, port throws(StepFailure) in
      try await judged(host, port, "ping \(host)").ping(host, method, port)
    }
    return network
  }

  /// HTTP through libcurl of the host, to the addresses that `rule` lets pass.
  package static func live(
    _ curl: Curl = .host, rule: AddressRule = .standard, proxy: WebProxy = WebProxy(), home: String? = nil
  ) -> Network {
    let send: @Sendable (WebRequest) async throws(StepFailure) -> WebAnswer = { request throws(StepFailure) in
      let way = try await proxy.way(request, rule)
      let transfer = try begin(CurlRequest(request), request, through: way, curl, rule)
      let head = try await run(transfer, request) { (transfer) throws(CurlError) in try await transfer.start()
      }
      return WebAnswer(
        status: head.status, headers: head.headers, redirect: head.redirectURL,
        remoteAddress: way?.target.host ?? head.remoteAddress
      ) { () throws(StepFailure) in
        try await run(transfer, request) { (transfer) throws(CurlError) in try await transfer.read() }
      }
    }
    var network = Network(
      send: send,
      reach: { host, port, timeout throws(StepFailure) in
        try await Reach.connect(to: host, port, timeout: timeout, rule: rule)
      })
    network.connect = connect(curl, rule, proxy)
    network.transfer = transfer(curl, rule, home: home)
    network.addresses = { host, port, title throws(StepFailure) in
      try await AddressLookup.find(host, port, title, rule).map(\.host)
    }
    network.ping = { host, method, port throws(StepFailure) in
      try await PingLive.target(host, method, port: port, rule: rule)
    }
    return network
  }

  private static let everything = AddressRule { _ in nil }

  /// Prepares a transfer.
  static func begin(
    _ wanted: CurlRequest, _ request: WebRequest, through way: CurlProxy?, _ curl: Curl, _ rule: AddressRule
  ) throws(StepFailure) -> CurlTransfer {
    var wanted = wanted
    wanted.proxy = way
    do throws(CurlError) {
      // Where the proxy is to go was judged; the proxy itself is the configuration's.
      return try curl.transfer(wanted, judge: way == nil ? rule.refusal : Self.everything.refusal)
    } catch { throw failure(request, error) }
  }

  /// Waits for a part of a transfer; a cancel ends it at once.
  static func run<Value>(
    _ transfer: CurlTransfer, failure: (CurlError) -> StepFailure,
    _ body: (CurlTransfer) async throws(CurlError) -> Value
  ) async throws(StepFailure) -> Value {
    do {
      return try await withTaskCancellationHandler {
        try await body(transfer)
      } onCancel: {
        transfer.cancel()
      }
    } catch let error as CurlError { throw failure(error) } catch { throw .cancelled }
  }

  static func run<Value>(
    _ transfer: CurlTransfer, _ request: WebRequest,
    _ body: (CurlTransfer) async throws(CurlError) -> Value
  ) async throws(StepFailure) -> Value {
    try await run(transfer, failure: { failure(request, $0) }, body)
  }

  static func failure(_ request: WebRequest, _ error: CurlError) -> StepFailure {
    switch error {
    case .cancelled: .cancelled
    case .refused(let reason): StepFailure(.denied, "\(request.title): \(reason)")
    case .library, .unsupported, .proxy: StepFailure("\(request.title): \(error)")
    case .transfer(let code, let message, let errno):
      StepFailure("\(request.title): " + TransferWords.explain(code, message, errno: errno, request))
    }
  }
}

extension CurlRequest {
  init(_ request: WebRequest) {
    self.init(
      origin: request.url.origin, url: request.url.shown, method: request.method, timeout: request.timeout)
    // An empty value needs a semicolon, or libcurl would take the line as an order to leave the field out.
    headers = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    switch request.body {
    case .bytes(let bytes): body = .bytes(bytes)
    case .file(let held, let size): body = .file(held.descriptorPath, size: size)
    case nil: break
    }
    if body != nil, !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
      headers.append("Content-Type:")
    }
    user = request.user.map { ($0.name, $0.password) }
    verifiesTLS = request.verifiesTLS
    certificates = request.certificates
    streams = request.streams
  }
}
