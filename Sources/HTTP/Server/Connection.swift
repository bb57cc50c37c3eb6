import Posix

/// One client's socket: carries out what its machine decides. Lives on the loop's thread.
// Touched by handlers of the loop's events and by tasks of the server's actor, whose executor is the loop:
// hence unchecked.
final class Connection: @unchecked Sendable {
  let number: CInt
  let core: ServerCore
  let peer: Peer
  let client = ClientPresence()
  var machine: ConnectionMachine
  var output = OutputQueue()
  /// The request that is being read, carried out or answered.
  var exchange: CurrentExchange?
  /// Writers of a stream that wait until there is room again.
  var waitingWriters: [CheckedContinuation<Void, Never>] = []
  private(set) var isOpen = true
  private var socket: Socket?
  private var interest: Poller.Interest = .read
  private var isAdvancing = false
  private var inputEnded = false
  private var hasFinishedSending = false
  private var closesWhenSent = false
  /// Since when the client has taken nothing of what waits for it; nil where nothing does.
  private var stalledSince: Duration?

  init(_ socket: consuming Socket, core: ServerCore) {
    number = socket.rawValue
    peer = Self.peer(of: socket)
    self.socket = consume socket
    self.core = core
    machine = ConnectionMachine(limits: core.limits, now: core.now())
  }

  /// Joins the server's connections and looks at once, since most clients have sent their request by now.
  func open() {
    do throws(Errno) {
      try core.loop.watch(number, for: interest) { [self] events in ready(events) }
    } catch {
      return
    }
    core.add(self)
    readInput()
    advance()
  }

  private static func peer(of socket: borrowing Socket) -> Peer {
    do throws(Errno) {
      let address = try socket.peerAddress()
      switch address {
      case .unix:
        let credentials = try socket.peerCredentials()
        return .unix(
          uid: credentials.uid, gid: credentials.gid, process: ProcessIdentity(of: credentials.pid))
      case .ipv4(_, let port), .ipv6(_, let port, _):
        try socket.setNoDelay()
        return .tcp(address: address.host, port: Int(port))
      }
    } catch {
      // It has left already; the first read will find out.
      return .tcp(address: "", port: 0)
    }
  }

  // MARK: Events

  private func ready(_ events: Poller.Events) {
    if events.isReadable { if wantsInput { readInput() } else { pauseInput() } }
    advance()
    // What the client sent before it left has been taken up; its answer would reach nobody.
    if events.isBroken { close() }
  }

  /// Called once in a while with the time.
  func timePassed(_ now: Duration) {
    guard isOpen else { return }
    if let stalledSince, stalledSince + core.limits.stalledWriteDuration <= now { return close() }
    guard let deadline = machine.deadline, deadline <= now else { return }
    // What has arrived and was not seen yet, where the whole host was slow, is not the client's delay.
    readInput()
    advance()
    guard isOpen else { return }
    switch machine.timePassed(now: now) {
    case nil: return
    case .refuse(let refusal):
      refuse(refusal, now: now)
      advance()
    case .read, .wait, .judge, .sendContinue, .spool, .perform, .linger, .close: close()
    }
  }

  /// Lets the request in hand finish and closes then.
  func drain() {
    machine.drain()
    advance()
  }

  /// Closes now. A handler at work goes on, and its answer is dropped.
  func close() {
    guard isOpen else { return }
    isOpen = false
    core.loop.unwatch(number)
    core.remove(self)
    socket = nil
    machine.abandon()
    output.removeAll()
    exchange = nil
    client.leave()
    resumeWriters()
  }

  private func readInput() {
    guard isOpen, wantsInput else { return }
    do throws(Errno) {
      guard let count = try socket?.read(into: core.scratch) else { return }
      if count == 0 {
        inputEnded = true
        machine.endOfInput()
        client.leave()
      } else {
        core.counters.bytesReceived += count
        let bytes = UnsafeRawBufferPointer(rebasing: core.scratch[..<count])
        machine.received(bytes.assumingMemoryBound(to: UInt8.self))
      }
    } catch {
      close()
    }
  }

  // MARK: Deciding

  /// Does what the machine says until it waits for something, and sends what there is to send.
  func advance() {
    guard isOpen, !isAdvancing else { return }
    isAdvancing = true
    defer { isAdvancing = false }
    let now = core.now()
    repeat {
      while isOpen, perform(machine.next(now: now), now: now) {}
      flush(now)
    } while isOpen && finishAnswerIfSent(now)
    if isOpen { updateInterest() }
  }

  /// Does one thing; false where the machine waits for something then.
  private func perform(_ action: ConnectionMachine.Action, now: Duration) -> Bool {
    switch action {
    case .read, .wait: return false
    case .judge(let head): judge(head, now: now)
    case .sendContinue: output.append(ResponseWriter.continueLine)
    case .spool(let bytes): spool(bytes, isLast: false)
    case .perform(let body, let spooled): perform(body: body, spooled: spooled)
    case .refuse(let refusal): refuse(refusal, now: now)
    case .linger:
      finishSending()
      return false
    case .close:
      // Answers to requests sent ahead may still be on their way.
      closesWhenSent = true
      return false
    }
    return true
  }

  // MARK: Sending

  private func flush(_ now: Duration) {
    guard isOpen else { return }
    do throws(Errno) {
      // An open connection has its socket: only `close` takes it away.
      let sent = output.isEmpty ? 0 : try output.flush(to: socket!)
      core.counters.bytesSent += sent
      if output.isEmpty { stalledSince = nil } else if sent > 0 || stalledSince == nil { stalledSince = now }
    } catch {
      return close()
    }
    if output.isEmpty, closesWhenSent { return close() }
    if output.count < core.limits.pendingWriteBytes / 2 { resumeWriters() }
  }

  private func resumeWriters() {
    let writers = waitingWriters
    waitingWriters = []
    for writer in writers { writer.resume() }
  }

  private func finishSending() {
    guard !hasFinishedSending, output.isEmpty else { return }
    hasFinishedSending = true
    do throws(Errno) { try socket?.finishWriting() } catch { close() }
  }

  private var wantsInput: Bool { !inputEnded && machine.wantsInput }

  private func updateInterest() {
    var wanted: Poller.Interest = wantsInput ? .read : []
    if !output.isEmpty { wanted.insert(.write) }
    // While a request is carried out its client rarely sends. Only one that does has its reading paused, in
    // `ready`: two calls of the kernel less for each request of the others.
    if interest.contains(.read) { wanted.insert(.read) }
    rewatch(wanted)
  }

  private func pauseInput() { rewatch(interest.subtracting(.read)) }

  private func rewatch(_ wanted: Poller.Interest) {
    guard wanted != interest else { return }
    interest = wanted
    do throws(Errno) { try core.loop.rewatch(number, for: wanted) } catch { close() }
  }
}
