import Posix

// From the head of a request to its handler.
extension Connection {
  /// Finds the route of a head, and asks who it comes from, before any content is read.
  func judge(_ head: RequestHead, now: Duration) {
    var request = Request(head, peer: peer, client: client)
    let match = head.headers.bytes.withUnsafeBufferPointer { bytes in
      core.router.match(head.method, UnsafeBufferPointer(rebasing: bytes[head.path]))
    }
    var index: Int?
    if case .route(let found, let parameters) = match {
      index = found
      request.parameters = parameters
    }
    let route = index.map { core.router.routes[$0] }
    for middleware in core.middleware {
      guard let response = middleware.admit(&request, to: route) else { continue }
      return turnAway(request, index, with: response, now: now)
    }
    switch match {
    case .route(let index, _):
      exchange = CurrentExchange(request: request, route: index, since: now)
      machine.admit(bodyLimit: core.router.routes[index].bodyLimit ?? core.limits.bodyBytes, now: now)
    case .methodNotAllowed(let methods):
      let allowed = methods.map(\.name).joined(separator: ", ")
      let problem = ProblemDetails(405, "\(request.method.name) is not offered here, only \(allowed)")
      turnAway(request, nil, with: problem.response(headers: ["Allow": allowed]), now: now)
    case .notFound:
      let overview = core.router.overview.map { "; GET \($0) tells what there is" } ?? ""
      let problem = ProblemDetails(404, "there is nothing at \(request.path)\(overview)")
      turnAway(request, nil, with: problem.response(), now: now)
    }
  }

  private func turnAway(_ request: Request, _ route: Int?, with response: Response, now: Duration) {
    exchange = CurrentExchange(request: request, route: route, since: now)
    machine.turnAway()
    guard response.delay > .zero else { return answer(response) }
    // Whatever becomes of the connection, it answers nothing else before this.
    _ = core.loop.schedule(after: response.delay) { [weak self] in
      guard let self, self.isOpen else { return }
      answer(response)
      advance()
    }
  }

  /// Answers what is no request, or one that breaks a limit, and closes.
  func refuse(_ refusal: Refusal, now: Duration) {
    if exchange == nil {
      exchange = CurrentExchange(request: Request(.other("-"), "-", peer: peer), route: nil, since: now)
    }
    answer(ProblemDetails(refusal.status, refusal.detail).response())
  }

  /// Runs the handler, or first puts the rest of long content into its file.
  func perform(body: [UInt8], spooled: Int) {
    if spooled > 0 { return spool(body, isLast: true) }
    exchange?.request.body = body.isEmpty ? .none : .bytes(body)
    runHandler()
  }

  private func runHandler() {
    guard let exchange, let index = exchange.route else { return }
    let route = core.router.routes[index]
    if let response = route.shortcut?(exchange.request) {
      if case .stream = response.body {
        preconditionFailure("the shortcut of \(route.pattern.text) answers with a stream")
      }
      return answer(response)
    }
    core.server.assumeIsolated { server in
      server.start(route.handler, exchange.request, on: self)
    }
  }

  // MARK: Long content

  /// Appends to the request's file on a thread that may block; nothing is read meanwhile.
  func spool(_ bytes: [UInt8], isLast: Bool) {
    guard let exchange else { return }
    let directory = core.spoolDirectory
    BlockingWork.files.submit { [self, file = exchange.spoolFile, offset = exchange.spooled] in
      let result: Result<OpenFile, Errno>
      do throws(Errno) {
        result = .success(try BodySpool.append(bytes, to: file, at: offset, in: directory))
      } catch {
        result = .failure(error)
      }
      core.loop.execute { [self] in spooled(result, count: bytes.count, isLast: isLast) }
    }
  }

  private func spooled(_ result: Result<OpenFile, Errno>, count: Int, isLast: Bool) {
    guard isOpen, var exchange else { return }
    switch result {
    case .success(let file):
      exchange.spooled += count
      exchange.spoolFile = isLast ? nil : file
      if isLast { exchange.request.body = .file(SpooledBody(file: file, count: exchange.spooled)) }
      self.exchange = exchange
      if isLast { runHandler() } else { machine.spooled() }
    case .failure(let error):
      machine.spoolFailed()
      answer(ProblemDetails(503, "the content could not be kept: \(error)").response())
    }
    advance()
  }
}

// From the answer to the wire.
extension Connection {
  /// Puts an answer into the output: all of it, or its head where a stream follows.
  func answer(_ response: Response) {
    guard isOpen, var exchange else { return }
    let request = exchange.request
    exchange.status = response.status
    exchange.framing = ResponseFraming(
      status: response.status, count: response.body.count, version: request.version)
    exchange.keepsAlive = machine.lastsBeyondAnswer(delimited: exchange.framing != .untilClose)
    output.append { bytes in
      ResponseWriter.appendHead(
        of: response, framing: exchange.framing, keepsAlive: exchange.keepsAlive,
        version: request.version, date: core.dateLine(), to: &bytes)
    }
    if request.method != .head, exchange.framing != .none {
      switch response.body {
      case .none: break
      case .bytes(let bytes): output.append(bytes)
      case .file(let piece): output.append(piece)
      case .stream: exchange.isStreaming = true
      }
      exchange.answerBytes = response.body.count ?? 0
    }
    exchange.isWritten = !exchange.isStreaming
    self.exchange = exchange
    if exchange.isWritten, exchange.keepsAlive, output.count < core.limits.pendingWriteBytes {
      // The next request may be taken up while this answer is on its way.
      finishAnswer(core.now())
    }
  }

  /// Ends the exchange if its answer has gone out; true if it did.
  func finishAnswerIfSent(_ now: Duration) -> Bool {
    guard let exchange, exchange.isWritten, output.isEmpty else { return false }
    finishAnswer(now)
    return true
  }

  private func finishAnswer(_ now: Duration) {
    guard let exchange else { return }
    self.exchange = nil
    let duration = now - exchange.since
    core.counters.count(
      route: exchange.route, method: exchange.request.method, status: exchange.status, duration: duration)
    if let observe = core.observe {
      observe(
        Exchange(
          method: exchange.request.method, path: exchange.request.path,
          route: exchange.route.map { core.router.routes[$0].pattern.text }, status: exchange.status,
          bytes: exchange.answerBytes, duration: duration, peer: peer, caller: exchange.request.caller))
    }
    machine.answered(now: now)
  }
}
