import Glibc
import Posix

/// One request and its answer. The body is pulled: nothing is received that nobody asked for.
///
/// `start` and `read` block, so they belong on `BlockingWork.clients`; one at a time.
// Whoever holds it calls `start` and `read` one after the other, never at once; `cancel` alone may come from
// another thread and touches only the lock and curl_multi_wakeup(3): hence unchecked.
package final class CurlTransfer: @unchecked Sendable {
  /// The head of an answer.
  package struct Head: Sendable, Equatable {
    package var status: Int
    /// In the order in which they came, names as they were written.
    package var headers: [(name: String, value: String)]
    /// Absolute; nil where the answer names no other place.
    package var redirectURL: String?
    package var remoteAddress: String
    /// 1, 2 or 3 for HTTP/1.x, HTTP/2, HTTP/3.
    package var majorVersion: Int
    /// True if a connection was made for it.
    package var isNewConnection: Bool

    package static func == (left: Head, right: Head) -> Bool {
      left.status == right.status && left.headers.elementsEqual(right.headers) { $0 == $1 }
        && left.redirectURL == right.redirectURL && left.remoteAddress == right.remoteAddress
        && left.majorVersion == right.majorVersion && left.isNewConnection == right.isNewConnection
    }
  }

  let handle: CurlHandle
  private let giveBack: @Sendable (CurlHandle) -> Void
  private let judge: @Sendable (SocketAddress) -> String?
  let isCancelled = Lock(false)
  private let errorText: UnsafeMutablePointer<CChar>
  private var headerList: UnsafeMutableRawPointer?
  private let body: CurlRequest.Body?
  private var bodyFile: FileDescriptor?
  private var bodyOffset = 0
  /// What came and was not read yet.
  private var received: [UInt8] = []
  private var headerLines: [String] = []
  private var refusal: String?
  private var isAttached = false
  private var isOver = false
  private var isReleased = false
  /// A read gives back what is there once it is so much.
  private let leastBytes: Int
  private let connectsOnly: Bool
  private let isFile: Bool
  /// Bytes that the server said it would send.
  private(set) var contentLength: Int64?
  /// When a connection is given up.
  let deadline: ContinuousClock.Instant

  /// A read gives back about this much.
  private static let pieceBytes = 64 << 10

  init(
    _ request: CurlRequest, handle: CurlHandle, judge: @escaping @Sendable (SocketAddress) -> String?,
    giveBack: @escaping @Sendable (CurlHandle) -> Void
  ) throws(CurlError) {
    self.handle = handle
    self.judge = judge
    self.giveBack = giveBack
    body = request.body
    leastBytes = request.streams ? 1 : Self.pieceBytes
    connectsOnly = request.connectsOnly
    isFile = request.file != nil
    deadline = .now + request.timeout
    errorText = .allocate(capacity: 256)
    errorText.initialize(repeating: 0, count: 256)
    bodyFile = nil
    try configure(request)
    try hook()
  }

  deinit {
    release()
    errorText.deallocate()
  }

  /// Takes everything of this transfer off the handle, and gives it back where its connection is whole: one
  /// that was left in the middle is closed by libcurl.
  private func release() {
    guard !isReleased else { return }
    isReleased = true
    if isAttached { _ = handle.functions.remove(handle.multi, handle.easy) }
    handle.functions.reset(handle.easy)
    handle.functions.freeList(headerList)
    // A login to files is not kept for others.
    if isOver && !connectsOnly && !isFile { giveBack(handle) }
  }

  /// Ends the transfer: what blocks in it returns at once. From any thread, any number of times.
  package func cancel() {
    isCancelled.withLock { $0 = true }
    _ = handle.functions.wakeUp(handle.multi)
  }

  /// Makes the connection of a request that `connectsOnly`.
  package func connect() throws(CurlError) {
    _ = handle.functions.add(handle.multi, handle.easy)
    isAttached = true
    while !isOver { try step() }
  }

  /// Sends the request and waits for the head of the answer.
  package func start() throws(CurlError) -> Head {
    if case .file(let path, _) = body {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw .transfer(code: 26, message: "cannot read the body", errno: errno)
      }
      bodyFile = FileDescriptor(owning: descriptor)
    }
    _ = handle.functions.add(handle.multi, handle.easy)
    isAttached = true
    while !isOver && received.isEmpty { try step() }
    let easy = handle.easy
    let length = handle.functions.number(.contentLength, of: easy)
    contentLength = length >= 0 ? Int64(length) : nil
    let head = Head(
      status: handle.functions.number(.status, of: easy), headers: headerLines.compactMap(Self.field),
      redirectURL: handle.functions.string(.redirectURL, of: easy),
      remoteAddress: handle.functions.string(.remoteAddress, of: easy) ?? "",
      majorVersion: max(1, handle.functions.number(.httpVersion, of: easy) - 1),
      isNewConnection: handle.functions.number(.connects, of: easy) > 0)
    if isOver { release() }
    return head
  }

  /// The next bytes of the body; none at its end.
  package func read() throws(CurlError) -> [UInt8] {
    while !isOver && received.count < leastBytes { try step() }
    if isOver { release() }
    let piece = received
    received = []
    return piece
  }

  /// Moves the transfer on, and waits for the server where there is nothing to do.
  private func step() throws(CurlError) {
    guard !isCancelled.withLock({ $0 }) else { throw .cancelled }
    let before = received.count
    var running: CInt = 0
    let code = handle.functions.perform(handle.multi, &running)
    guard code == 0 else { throw .transfer(code: code, message: "libcurl gave up", errno: 0) }
    if running == 0 {
      try finish()
    } else if received.count == before {
      _ = handle.functions.poll(handle.multi, nil, 0, 1000, nil)
    }
  }

  private func finish() throws(CurlError) {
    var left: CInt = 0
    var result: CInt = 0
    while let message = handle.functions.readMessage(handle.multi, &left) {
      // struct CURLMsg: the kind, the handle, and the result in a union.
      result = message.load(fromByteOffset: 16, as: CInt.self)
    }
    guard result == 0 else {
      if let refusal { throw .refused(refusal) }
      let words = String(cString: errorText)
      throw .transfer(
        code: result,
        message: words.isEmpty
          ? handle.functions.text(result).map { String(cString: $0) } ?? "error \(result)" : words,
        errno: CInt(handle.functions.number(.systemError, of: handle.easy)))
    }
    isOver = true
    // Taken off its multi handle, a connection could not be found again.
    guard !connectsOnly else { return }
    _ = handle.functions.remove(handle.multi, handle.easy)
    isAttached = false
  }

  private static func field(_ line: String) -> (name: String, value: String)? {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
    return (String(line[..<colon]), String(value))
  }
}

extension CurlTransfer {
  private func configure(_ request: CurlRequest) throws(CurlError) {
    try handle.set(.url, request.url)
    // HTTP and HTTPS alone.
    try handle.set(.protocols, 3)
    // No proxy from the environment.
    try handle.set(.proxy, "")
    try handle.set(.noSignal, 1)
    try handle.set(.keepsPathAsIs, 1)
    try handle.set(.acceptedEncodings, "")
    try handle.set(.timeout, max(1, Int(request.timeout / .milliseconds(1))))
    // A look-up that hangs does not hold up a cancel; libraries before 7.87 lack it.
    _ = handle.functions.set(.quickExit, 1, on: handle.easy)
    // HTTP/2 over TLS where the server speaks it, else HTTP/1.1.
    try handle.set(.httpVersion, connectsOnly ? 2 : 4)
    if connectsOnly { try handle.set(.connectsOnly, 1) }
    if !request.verifiesTLS {
      try handle.set(.verifiesPeer, 0)
      try handle.set(.verifiesHost, 0)
    } else if let certificates = request.certificates {
      try handle.trust(certificates)
    }
    if let user = request.user {
      try handle.set(.httpAuthentication, 1)
      try handle.set(.userName, user.name)
      try handle.set(.password, user.password)
    }
    if let file = request.file {
      try configure(file, hasPassword: request.user?.password.isEmpty == false, bodySize: body?.size ?? 0)
    } else if let body {
      try handle.set(.post, 1)
      try handle.set(.postSize, Int(body.size))
    } else if request.method == "HEAD" {
      try handle.set(.noBody, 1)
    }
    if request.method != "HEAD", request.file == nil { try handle.set(.method, request.method) }
    // No waiting for 100-continue.
    for line in request.headers + ["Expect:"] {
      headerList = handle.functions.append(headerList, line)
    }
    try handle.set(.headerLines, pointer: headerList)
    try handle.set(.errorBuffer, pointer: errorText)
  }

  /// Hands libcurl the functions that it calls back, on the thread that is in `step`.
  private func hook() throws(CurlError) {
    let me = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
    try handle.set(.writeData, pointer: me)
    try handle.set(.headerData, pointer: me)
    try handle.set(.readData, pointer: me)
    try handle.set(.seekData, pointer: me)
    try handle.set(.openSocketData, pointer: me)
    try handle.set(.writeFunction, pointer: CurlCallback.pointer(Self.receiveCallback))
    try handle.set(.headerFunction, pointer: CurlCallback.pointer(Self.headerCallback))
    try handle.set(.readFunction, pointer: CurlCallback.pointer(Self.sendCallback))
    try handle.set(.seekFunction, pointer: CurlCallback.pointer(Self.seekCallback))
    try handle.set(.openSocketFunction, pointer: CurlCallback.pointer(Self.openSocketCallback))
  }

  private static let receiveCallback: CurlCallback.Bytes = { bytes, size, count, me in
    CurlTransfer.of(me).receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
  }
  private static let headerCallback: CurlCallback.Bytes = { bytes, size, count, me in
    CurlTransfer.of(me).receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
  }
  private static let sendCallback: CurlCallback.Bytes = { bytes, size, count, me in
    CurlTransfer.of(me).send(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
  }
  private static let seekCallback: CurlCallback.Seek = { me, offset, _ in
    CurlTransfer.of(me).bodyOffset = offset
    return 0
  }
  private static let openSocketCallback: CurlCallback.OpenSocket = { me, _, address in
    CurlTransfer.of(me).openSocket(address)
  }

  private static func of(_ pointer: UnsafeMutableRawPointer?) -> CurlTransfer {
    guard let pointer else { preconditionFailure("libcurl lost its transfer") }
    return Unmanaged<CurlTransfer>.fromOpaque(pointer).takeUnretainedValue()
  }

  private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    received.append(contentsOf: bytes)
    return bytes.count
  }

  private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
    var line = String(decoding: bytes, as: UTF8.self)
    while line.unicodeScalars.last.map({ $0 == "\r" || $0 == "\n" || $0 == " " }) ?? false {
      line.unicodeScalars.removeLast()
    }
    // What came before a second status line was an interim answer.
    if line.hasPrefix("HTTP/") { headerLines = [] } else if !line.isEmpty { headerLines.append(line) }
    return bytes.count
  }

  private func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    switch body {
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

  /// CURL_READFUNC_ABORT.
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
    return socket(wanted.family, wanted.type | CInt(SOCK_CLOEXEC.rawValue), wanted.number)
  }
}

/// The signatures of libcurl's callbacks.
private enum CurlCallback {
  typealias Bytes =
    @convention(c) (UnsafeMutableRawPointer?, Int, Int, UnsafeMutableRawPointer?) -> Int
  typealias Seek = @convention(c) (UnsafeMutableRawPointer?, Int, CInt) -> CInt
  typealias OpenSocket = @convention(c) (UnsafeMutableRawPointer?, CInt, UnsafeMutableRawPointer?) -> CInt

  static func pointer<Function>(_ function: Function) -> UnsafeRawPointer {
    precondition(MemoryLayout<Function>.size == MemoryLayout<UnsafeRawPointer>.size, "a C function pointer")
    // curl_easy_setopt(3) takes functions as it takes data; the sizes are equal.
    return unsafeBitCast(function, to: UnsafeRawPointer.self)
  }
}
