import Posix

/// A client's side of TLS between two heaps of bytes: what came from the server goes in, what is for the
/// server comes out. It touches no socket, so that whoever owns one waits as it likes.
// One caller at a time uses the handles: hence unchecked.
package final class TLSSession: @unchecked Sendable {
  private let functions: OpenSSL.Functions
  private let context: OpenSSL.Handle
  private let session: OpenSSL.Handle
  /// Owned by the session.
  private let incoming: OpenSSL.Handle
  private let outgoing: OpenSSL.Handle

  init(_ functions: OpenSSL.Functions, host: String, _ trust: OpenSSL.Trust) throws(TLSError) {
    self.functions = functions
    functions.clearErrors()
    guard let context = functions.makeContext(functions.clientMethod()) else {
      throw .broken("out of memory")
    }
    let isTrusting: Bool
    switch trust {
    case .everybody: isTrusting = true
    case .authorities(let file?), .anyName(let file?):
      isTrusting = functions.trustFile(context, file, nil) == 1
    case .authorities(nil), .anyName(nil): isTrusting = functions.trustHost(context) == 1
    }
    guard isTrusting else {
      functions.freeContext(context)
      throw .certificate("the file of authorities holds no certificate in PEM form")
    }
    functions.setVerify(context, trust == .everybody ? 0 : 1, nil)
    guard let session = functions.make(context),
      let incoming = functions.makeStream(functions.memoryMethod()),
      let outgoing = functions.makeStream(functions.memoryMethod())
    else {
      functions.freeContext(context)
      throw .broken("out of memory")
    }
    functions.setStreams(session, incoming, outgoing)
    (self.context, self.session, self.incoming, self.outgoing) = (context, session, incoming, outgoing)
    let isAddress = SocketAddress(host: host, port: 0) != nil
    if case .authorities = trust {
      _ =
        isAddress
        ? functions.setAddress(functions.parameters(session), host) : functions.setHost(session, host)
    }
    if !isAddress {
      // SSL_set_tlsext_host_name(3), which is a macro.
      var name = Array(host.utf8CString)
      _ = functions.control(session, 55, 0, &name)
    }
  }

  deinit {
    functions.free(session)
    functions.freeContext(context)
  }

  /// Goes on with the handshake; true once it is over. What is to be sent is in `takeOutgoing` then.
  package func handshake() throws(TLSError) -> Bool {
    functions.clearErrors()
    let code = functions.connect(session)
    if code == 1 { return true }
    try check(code)
    return false
  }

  /// Takes bytes that came from the server.
  package func received(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { functions.writeStream(incoming, $0.baseAddress, CInt($0.count)) }
  }

  /// Gives the bytes that are for the server.
  package func takeOutgoing() -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = buffer.withUnsafeMutableBytes {
        functions.readStream(outgoing, $0.baseAddress, CInt($0.count))
      }
      guard count > 0 else { return bytes }
      bytes += buffer[..<Int(count)]
    }
  }

  /// Encrypts bytes; they are in `takeOutgoing` then.
  package func write(_ bytes: [UInt8]) throws(TLSError) {
    functions.clearErrors()
    guard !bytes.isEmpty else { return }
    let code = bytes.withUnsafeBytes { functions.write(session, $0.baseAddress, CInt($0.count)) }
    if code <= 0 { try check(code) }
  }

  /// Decrypts what is there: nil where more must come first, none at the end.
  package func read() throws(TLSError) -> [UInt8]? {
    functions.clearErrors()
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    let count = buffer.withUnsafeMutableBytes { functions.read(session, $0.baseAddress, CInt($0.count)) }
    if count > 0 { return Array(buffer[..<Int(count)]) }
    if functions.errorOf(session, count) == Code.closed { return [] }
    try check(count)
    return nil
  }

  /// Throws unless the library only waits for more.
  private func check(_ code: CInt) throws(TLSError) {
    let error = functions.errorOf(session, code)
    if error == Code.wantsRead || error == Code.wantsWrite { return }
    let verified = functions.verifyResult(session)
    if verified != 0 {
      throw .certificate(functions.verifyText(verified).map { String(cString: $0) } ?? "error \(verified)")
    }
    let number = functions.nextError()
    throw .broken(
      functions.errorText(number).map { String(cString: $0) } ?? "the server closed the connection")
  }

  /// Numbers of ssl.h.
  private enum Code {
    static let wantsRead: CInt = 2
    static let wantsWrite: CInt = 3
    static let closed: CInt = 6
  }
}
