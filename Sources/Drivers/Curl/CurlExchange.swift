import Glibc
import Posix

/// One request on its way: what libcurl says of it on the loop, and what its reader has not yet taken.
// `progress` is behind a lock; all else is made before the loop knows of it, and then touched on the loop
// alone: hence unchecked.
final class CurlExchange: @unchecked Sendable {
  /// What the reader and the loop share.
  private struct Progress {
    /// A reader is woken for so much.
    let leastBytes: Int
    var head: CurlTransfer.Head?
    var received: [UInt8] = []
    /// Nil before the end.
    var end: Result<Void, CurlError>?
    /// Who waits for bytes or the end.
    var reader: CheckedContinuation<Void, Never>?
    var isPaused = false
    /// While there is a handle to give back.
    var isUnderWay = false

    init(leastBytes: Int) { self.leastBytes = leastBytes }

    var isReady: Bool { end != nil || head != nil && received.count >= leastBytes }
  }

  let request: CurlRequest
  private let judge: @Sendable (SocketAddress) -> String?
  private let deadline: BootTime
  private let progress: Lock<Progress>
  private var easy: CurlEasy?
  private var headerList: UnsafeMutableRawPointer?
  private var targetList: UnsafeMutableRawPointer?
  private let errorText: UnsafeMutablePointer<CChar>
  private var bodyFile: FileDescriptor?
  private var bodyOffset = 0
  private var head = CurlHeadReader()
  private var refusal: String?
  /// Whether a connection was made for this exchange, so that its address was judged.
  private var hasConnected = false
  /// The connection of a request that `connectsOnly`.
  private var stream: CurlStream?

  /// A read gives back about this much, and libcurl waits for it where twice as much was not taken.
  private static let pieceBytes = 64 << 10
  /// CURL_ERROR_SIZE.
  private static let errorBytes = 256

  init(_ request: CurlRequest, judge: @escaping @Sendable (SocketAddress) -> String?) {
    self.request = request
    self.judge = judge
    progress = Lock(Progress(leastBytes: request.streams ? 1 : Self.pieceBytes))
    errorText = .allocate(capacity: Self.errorBytes)
    errorText.initialize(repeating: 0, count: Self.errorBytes)
    bodyFile = nil
    deadline = .now.advanced(by: request.timeout)
  }

  deinit { errorText.deallocate() }

  // MARK: For the reader, on any thread

  /// Waits until a piece has come or everything has, and gives the head.
  func start(_ loop: CurlLoop) async throws(CurlError) -> CurlTransfer.Head {
    loop.execute { [self] loop in begin(on: loop) }
    try await wait()
    guard let head = progress.withLock({ $0.head }) else { throw .cancelled }
    return head
  }

  /// Waits until a piece has come or everything has, and takes it.
  func read(_ loop: CurlLoop) async throws(CurlError) -> [UInt8] {
    try await wait()
    let (piece, wasPaused) = progress.withLock { progress in
      defer {
        progress.received = []
        progress.isPaused = false
      }
      return (progress.received, progress.isPaused)
    }
    if wasPaused { loop.execute { [self] loop in resume(on: loop) } }
    return piece
  }

  /// Ends it here at once, and on the loop soon.
  func cancel(_ loop: CurlLoop) {
    end(.failure(.cancelled))
    // Most are over when they are dropped: the loop need not wake up for them.
    guard progress.withLock({ $0.isUnderWay }) else { return }
    loop.execute { [self] loop in release(on: loop) }
  }

  private func wait() async throws(CurlError) {
    if let end = whatIsReady() { return try end.get() }
    await withCheckedContinuation { (reader: CheckedContinuation<Void, Never>) in
      let isReady = progress.withLock { progress -> Bool in
        guard !progress.isReady else { return true }
        progress.reader = reader
        return false
      }
      if isReady { reader.resume() }
    }
    if let end = whatIsReady() { try end.get() }
  }

  private func whatIsReady() -> Result<Void, CurlError>? {
    progress.withLock { progress in progress.isReady ? progress.end ?? .success(()) : nil }
  }

  /// Records the end; the first one counts.
  private func end(_ result: Result<Void, CurlError>) {
    let reader = progress.withLock { progress in
      if progress.end == nil { progress.end = result }
      defer { progress.reader = nil }
      return progress.reader
    }
    reader?.resume()
  }

  // MARK: On the loop

  private func begin(on loop: CurlLoop) {
    let isWanted = progress.withLock { progress in
      progress.isUnderWay = progress.end == nil
      return progress.isUnderWay
    }
    guard isWanted else { return }
    do throws(CurlError) {
      let easy = CurlEasy(functions: loop.functions, pointer: try loop.takeHandle())
      self.easy = easy
      try openBody()
      try easy.configure(request)
      try hook(easy)
      try loop.add(self, easy.pointer)
    } catch {
      end(.failure(error))
      release(on: loop)
    }
  }

  /// Takes everything of this exchange off its handle, and gives it back. More than once does no harm.
  private func release(on loop: CurlLoop) {
    progress.withLock { $0.isUnderWay = false }
    guard let easy else { return }
    self.easy = nil
    stream?.close(.cancelled)
    stream = nil
    loop.remove(easy.pointer)
    loop.put(easy.pointer)
    loop.functions.freeList(headerList)
    loop.functions.freeList(targetList)
    headerList = nil
    targetList = nil
  }

  /// What libcurl says of the end.
  func finish(_ code: CInt, on loop: CurlLoop) {
    guard let easy else { return }
    if code == 0 {
      noteHead(easy)
      // Taken off its multi handle, a connection could not be found again.
      if request.connectsOnly {
        stream = CurlStream(easy, on: loop.events, until: deadline)
      } else {
        release(on: loop)
      }
      end(.success(()))
    } else {
      let error = failure(code, easy)
      release(on: loop)
      end(.failure(error))
    }
  }

  private func failure(_ code: CInt, _ easy: CurlEasy) -> CurlError {
    if let refusal { return .refused(refusal) }
    let problem = request.proxy?.refusal(
      code, status: easy.number(.proxyStatus), errno: CInt(easy.number(.systemError)))
    return problem.map { .proxy($0) } ?? easy.failure(code, words: String(cString: errorText))
  }

  private func noteHead(_ easy: CurlEasy) {
    let head = head.head(of: easy)
    progress.withLock { $0.head = head }
  }

  private func resume(on loop: CurlLoop) {
    guard let easy else { return }
    // CURLPAUSE_CONT.
    _ = loop.functions.pause(easy.pointer, 0)
  }

  private func openBody() throws(CurlError) {
    guard case .file(let path, _) = request.body else { return }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .transfer(code: 26, message: "cannot read the body", errno: errno)
    }
    bodyFile = FileDescriptor(owning: descriptor)
  }
}

// MARK: What libcurl calls back

extension CurlExchange {
  private func hook(_ easy: CurlEasy) throws(CurlError) {
    // No waiting for 100-continue.
    for line in request.headers + ["Expect:"] {
      headerList = easy.functions.append(headerList, line)
    }
    try easy.set(.headerLines, pointer: headerList)
    if let target = request.proxy?.target {
      // Whatever host and port the address names.
      targetList = easy.functions.append(nil, "::\(target)")
      try easy.set(.connectsTo, pointer: targetList)
    }
    try easy.set(.errorBuffer, pointer: errorText)
    // The loop holds the exchange while libcurl knows of it.
    let me = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
    try easy.set(.writeData, pointer: me)
    try easy.set(.headerData, pointer: me)
    try easy.set(.readData, pointer: me)
    try easy.set(.seekData, pointer: me)
    try easy.set(.openSocketData, pointer: me)
    try easy.set(.beforeRequestData, pointer: me)
    try easy.set(.writeFunction, pointer: CurlCallback.pointer(Self.receiveCallback))
    try easy.set(.headerFunction, pointer: CurlCallback.pointer(Self.headerCallback))
    try easy.set(.readFunction, pointer: CurlCallback.pointer(Self.sendCallback))
    try easy.set(.seekFunction, pointer: CurlCallback.pointer(Self.seekCallback))
    try easy.set(.openSocketFunction, pointer: CurlCallback.pointer(Self.openSocketCallback))
    try easy.set(.beforeRequestFunction, pointer: CurlCallback.pointer(Self.beforeRequestCallback))
  }

  private static let receiveCallback: CurlCallback.Bytes = { bytes, size, count, me in
    CurlExchange.of(me).receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
  }
  private static let headerCallback: CurlCallback.Bytes = { bytes, size, count, me in
    CurlExchange.of(me).head.add(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
  }
  private static let sendCallback: CurlCallback.Bytes = { bytes, size, count, me in
    CurlExchange.of(me).send(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
  }
  private static let seekCallback: CurlCallback.Seek = { me, offset, _ in
    CurlExchange.of(me).bodyOffset = offset
    return 0
  }
  private static let openSocketCallback: CurlCallback.OpenSocket = { me, _, address in
    CurlExchange.of(me).openSocket(address)
  }
  private static let beforeRequestCallback: CurlCallback.BeforeRequest = { me, host, _, port, _ in
    CurlExchange.of(me).judgeConnection(host, port)
  }

  private static func of(_ pointer: UnsafeMutableRawPointer?) -> CurlExchange {
    guard let pointer else { preconditionFailure("libcurl lost its exchange") }
    return Unmanaged<CurlExchange>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// Takes bytes of the answer; while there are too many that nobody read, libcurl keeps them.
  private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    let begins = progress.withLock { progress -> Bool? in
      if progress.received.count >= 2 * Self.pieceBytes, progress.end == nil {
        progress.isPaused = true
        return nil
      }
      progress.received.append(contentsOf: bytes)
      return progress.head == nil && progress.received.count >= progress.leastBytes
    }
    guard let begins else { return Self.pauses }
    if begins, let easy { noteHead(easy) }
    let reader = progress.withLock { progress -> CheckedContinuation<Void, Never>? in
      guard progress.isReady else { return nil }
      defer { progress.reader = nil }
      return progress.reader
    }
    reader?.resume()
    return bytes.count
  }

  private func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    switch request.body {
    case nil: return 0
    case .bytes(let bytes):
      let part = bytes[min(bodyOffset, bytes.count)...].prefix(buffer.count)
      buffer.copyBytes(from: part)
      bodyOffset += part.count
      return part.count
    case .file:
      guard let descriptor = bodyFile?.rawValue else { return Self.aborts }
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(bodyOffset))
      guard count >= 0 else { return Self.aborts }
      bodyOffset += count
      return count
    }
  }

  /// CURL_WRITEFUNC_PAUSE and CURL_READFUNC_ABORT.
  private static let pauses = 0x1000_0001
  private static let aborts = 0x1000_0000

  /// Judges the address that is about to be connected to, and makes the socket for it.
  private func openSocket(_ address: UnsafeMutableRawPointer?) -> CInt {
    /// `struct curl_sockaddr` up to its address.
    struct Wanted {
      var family: CInt
      var type: CInt
      var number: CInt
      var length: CUnsignedInt
    }
    guard let address else { return -1 }
    let wanted = address.load(as: Wanted.self)
    let name = UnsafeRawBufferPointer(
      start: address + MemoryLayout<Wanted>.size, count: Int(wanted.length))
    guard let target = SocketAddress(name: name) else {
      refusal = "an address of family \(wanted.family) is not allowed"
      return -1
    }
    if let reason = judge(target) {
      refusal = reason
      return -1
    }
    hasConnected = true
    return socket(wanted.family, wanted.type | CInt(SOCK_CLOEXEC.rawValue), wanted.number)
  }
}

extension CurlExchange {
  /// Judges the address of a connection that was kept: the judge may think otherwise by now.
  private func judgeConnection(_ host: UnsafeMutablePointer<CChar>?, _ port: CInt) -> CInt {
    guard !hasConnected else { return 0 }
    let name = host.map { String(cString: $0) } ?? ""
    refusal =
      if let port = UInt16(exactly: port), let address = SocketAddress(host: name, port: port) {
        judge(address)
      } else {
        "the address of a kept connection is not known"
      }
    // CURL_PREREQFUNC_OK or CURL_PREREQFUNC_ABORT.
    return refusal == nil ? 0 : 1
  }
}

// MARK: The bytes of a connection

extension CurlExchange {
  /// Runs `body` on the loop with the connection that was made; gives what ends up in the continuation.
  func converse<Value: Sendable>(
    _ loop: CurlLoop,
    _ body: @escaping @Sendable (CurlStream, CheckedContinuation<Result<Value, CurlError>, Never>) -> Void
  ) async throws(CurlError) -> Value {
    let result: Result<Value, CurlError> = await withCheckedContinuation { continuation in
      loop.execute { [self] _ in
        if let stream {
          body(stream, continuation)
        } else {
          continuation.resume(returning: .failure(.cancelled))
        }
      }
    }
    return try result.get()
  }
}
