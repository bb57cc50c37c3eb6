/// Decides what a connection does next; never touches a socket or a clock.
///
/// Whoever owns the socket tells it what happened (`received`, `endOfInput`, `admitted`, `spooled`,
/// `answered`, `timePassed`) and then does what `next` returns, until that is `.read` or `.wait`.
/// Requests are taken one at a time: those that a client sends ahead stay in the input until the answer
/// before them is on its way, so that answers go out in order and no client can pile up work.
struct ConnectionMachine {
  /// An instant, as time since a moment of the owner's choosing.
  typealias Instant = Duration

  enum Action {
    /// Nothing can be done before more bytes arrive.
    case read
    /// Nothing can be done before the owner reports what it was asked for.
    case wait
    /// A head is complete: look for its route, then call `admit` or `turnAway`.
    case judge(RequestHead)
    /// Send `100 Continue`.
    case sendContinue
    /// Write these bytes to the body's file, then call `spooled`.
    case spool([UInt8])
    /// The request is complete; what is not in the file is in `body`. Call `answered` when the answer is out.
    case perform(body: [UInt8], spooled: Int)
    /// Answer with this, then close.
    case refuse(Refusal)
    /// Read off what still arrives and drop it, up to `lingerDuration`; nothing more is answered.
    case linger
    case close
  }

  private enum State {
    /// Between requests, since when.
    case idle(since: Instant)
    case head(since: Instant)
    /// The head was handed out to be judged.
    case judging(RequestHead)
    case body(BodyProgress)
    /// A request is being carried out, or its answer is on its way out.
    case answering
    /// The last answer was sent, and the client may still be sending.
    case lingering(since: Instant)
    case closed
  }

  private let limits: ServerLimits
  private var state: State
  private var parser: HeadParser
  private var input: [UInt8] = []
  /// How much of `input` was used.
  private var position = 0
  private var inputEnded = false
  /// What becomes of the connection after the answer that is being made.
  private var keepsAlive = true
  private var unreadBody = false
  private var isDraining = false

  init(limits: ServerLimits, now: Instant) {
    self.limits = limits
    state = .idle(since: now)
    parser = HeadParser(limits: limits)
  }

  /// True between requests, with no byte of the next one.
  var isIdle: Bool { if case .idle = state { position == input.count } else { false } }

  /// True while the handler of a request is at work or its answer is being sent.
  var isAnswering: Bool { if case .answering = state { true } else { false } }

  /// True while bytes that arrive should be read; false bounds what a client can pile up ahead.
  var wantsInput: Bool {
    switch state {
    case .idle, .head, .lingering: true
    case .body(let progress): !progress.isSpooling
    case .judging, .answering: !inputEnded && input.count - position < Self.inputAhead
    case .closed: false
    }
  }

  /// Bytes of further requests that are taken in while one is being answered.
  private static let inputAhead = 16 * 1024

  /// When something must have happened; `timePassed` acts on it. Nil while the client owes nothing.
  var deadline: Instant? {
    switch state {
    case .idle(let since): since + limits.idleDuration
    case .head(let since): since + limits.headDuration
    case .body(let progress): progress.isSpooling ? nil : progress.deadline(limits)
    case .lingering(let since): since + limits.lingerDuration
    case .judging, .answering, .closed: nil
    }
  }
}

// What happened.
extension ConnectionMachine {
  /// Takes bytes that arrived.
  mutating func received(_ bytes: UnsafeBufferPointer<UInt8>) {
    switch state {
    case .lingering, .closed: return
    case .idle, .head, .judging, .body, .answering: input.append(contentsOf: bytes)
    }
  }

  /// The client will send no more; what it has sent is still answered.
  mutating func endOfInput() { inputEnded = true }

  /// The head that was judged has a route: its body may be up to `bodyLimit` bytes.
  mutating func admit(bodyLimit: Int, now: Instant) {
    guard case .judging(let head) = state else { preconditionFailure("no head is being judged") }
    keepsAlive = head.keepsAlive
    state = .body(BodyProgress(head, bodyLimit: bodyLimit, limits: limits, since: now))
  }

  /// The head that was judged is answered without looking at its body.
  mutating func turnAway() {
    guard case .judging(let head) = state else { preconditionFailure("no head is being judged") }
    unreadBody = head.framing != .none
    keepsAlive = head.keepsAlive && !unreadBody
    state = .answering
  }

  /// The bytes of the last `.spool` are in the file.
  mutating func spooled() {
    guard case .body(var progress) = state else { return }
    progress.spooled()
    state = .body(progress)
  }

  /// The body could not be written to its file; the owner answers and the connection closes.
  mutating func spoolFailed() {
    unreadBody = true
    keepsAlive = false
    state = .answering
  }

  /// Decides, when an answer begins, whether the connection lasts beyond it.
  mutating func lastsBeyondAnswer(delimited: Bool) -> Bool {
    if !delimited || isDraining { keepsAlive = false }
    return keepsAlive
  }

  /// The answer has gone out, all of it.
  mutating func answered(now: Instant) {
    guard case .answering = state else { preconditionFailure("no request is being answered") }
    if keepsAlive {
      state = .idle(since: now)
      parser = HeadParser(limits: limits)
    } else {
      state = unreadBody || position < input.count ? .lingering(since: now) : .closed
      input = []
      position = 0
    }
  }

  /// The connection can serve no more: its socket failed, or an answer was cut short.
  mutating func abandon() {
    state = .closed
    input = []
    position = 0
  }

  /// The server stops: the request in hand is answered, and then the connection closes.
  mutating func drain() {
    isDraining = true
    keepsAlive = false
  }

  /// Checks `deadline`. Returns what to do if it has passed, nil if it has not.
  mutating func timePassed(now: Instant) -> Action? {
    guard let deadline, deadline <= now else { return nil }
    switch state {
    case .head: return refuse(Refusal(408, "the head of the request took too long"))
    case .body: return refuse(Refusal(408, "the content of the request took too long"))
    case .idle, .lingering, .judging, .answering, .closed:
      abandon()
      return .close
    }
  }
}

// What to do next.
extension ConnectionMachine {
  /// The next thing to do. Ask again until it is `.read` or `.wait`.
  mutating func next(now: Instant) -> Action {
    switch state {
    case .idle:
      if isDraining, position == input.count { return close() }
      return readHead(since: now)
    case .head(let since): return readHead(since: since)
    case .judging, .answering: return .wait
    case .body: return readBody()
    case .lingering: return inputEnded ? close() : .linger
    case .closed: return .close
    }
  }

  private mutating func close() -> Action {
    abandon()
    return .close
  }

  private mutating func refuse(_ refusal: Refusal) -> Action {
    keepsAlive = false
    unreadBody = true
    state = .answering
    return .refuse(refusal)
  }

  private mutating func readHead(since: Instant) -> Action {
    guard position < input.count else { return inputEnded ? close() : .read }
    do throws(Refusal) {
      guard let (length, head) = try parseHead() else {
        if inputEnded { return close() }
        state = .head(since: since)
        return .read
      }
      use(length)
      state = .judging(head)
      return .judge(head)
    } catch {
      return refuse(error)
    }
  }

  private mutating func parseHead() throws(Refusal) -> (length: Int, head: RequestHead)? {
    // Moved out and back: a copy of the parser would copy the fields that it has found so far.
    var parser = HeadParser(limits: limits)
    swap(&parser, &self.parser)
    defer { swap(&parser, &self.parser) }
    return try input.withUnsafeBufferPointer { [position] bytes throws(Refusal) in
      try parser.parse(UnsafeBufferPointer(rebasing: bytes[position...]))
    }
  }

  private mutating func readBody() -> Action {
    guard case .body(var progress) = state else { preconditionFailure("no body is being read") }
    if progress.isSpooling { return .wait }
    // One owner of the body's bytes at a time, so that taking more in copies nothing.
    state = .answering
    do throws(Refusal) {
      let used = try input.withUnsafeBufferPointer { [position] bytes throws(Refusal) in
        try progress.take(UnsafeBufferPointer(rebasing: bytes[position...]))
      }
      use(used)
    } catch {
      return refuse(error)
    }
    if progress.isComplete { return .perform(body: progress.buffer, spooled: progress.inFile) }
    if let piece = progress.pieceToSpool() {
      state = .body(progress)
      return .spool(piece)
    }
    if progress.owesContinue(inputIsEmpty: position == input.count) {
      state = .body(progress)
      return .sendContinue
    }
    if inputEnded { return close() }
    state = .body(progress)
    return .read
  }

  private mutating func use(_ count: Int) {
    position += count
    guard position == input.count else { return }
    position = 0
    // A connection that waits for its next request holds no more than a small buffer.
    input.removeAll(keepingCapacity: input.capacity <= 4096)
  }
}
