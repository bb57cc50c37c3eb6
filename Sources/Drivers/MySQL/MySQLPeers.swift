import Glibc
import Posix

/// Judges who is really at the other end of a connection that the library makes by a name: it looks the name
/// up itself, and the answer may be another one by then.
///
/// The library tells each piece that it reads or writes. In MySQL the server speaks first, so the address is
/// judged before a byte is sent.
enum MySQLPeers {
  private struct Watch: Sendable {
    let judge: @Sendable (SocketAddress) -> String?
    let socket: @convention(c) @Sendable (MySQL.Handle) -> CInt
    /// What is wrong with the address; the inner nil where nothing is.
    var verdict: String??
  }

  /// By the handles of connections that are being made.
  private static let watches = Lock<[UInt: Watch]>([:])
  private static let isHooked = Lock(false)

  /// Judges the address of a handle as soon as its server has said something.
  static func watch(
    _ handle: MySQL.Handle, _ functions: MySQL.Functions,
    _ judge: @escaping @Sendable (SocketAddress) -> String?
  ) {
    let (key, watch) = (UInt(bitPattern: handle), Watch(judge: judge, socket: functions.socket))
    watches.withLock { $0[key] = watch }
    isHooked.withLock { isHooked in
      if !isHooked { isHooked = functions.hook(1, hear) == 0 }
    }
  }

  /// Stops watching; gives why the address was refused. One that was not seen is refused too.
  static func end(_ handle: MySQL.Handle, isOpen: Bool) -> String? {
    let key = UInt(bitPattern: handle)
    let watch = watches.withLock { $0.removeValue(forKey: key) }
    guard let watch else { return nil }
    if let verdict = watch.verdict { return verdict }
    return isOpen ? "the address of the connection is not known" : nil
  }

  private static let hear: MySQL.Hook = { _, handle, _, _ in
    let key = UInt(bitPattern: handle)
    guard let handle, let watch = watches.withLock({ $0[key] }), watch.verdict == nil else { return }
    let socket = watch.socket(handle)
    let verdict = address(of: socket).map(watch.judge) ?? "the address of the connection is not known"
    watches.withLock { $0[key]?.verdict = .some(verdict) }
    // Nothing more is read, and nothing is sent.
    if verdict != nil { _ = shutdown(socket, CInt(SHUT_RDWR)) }
  }

  private static func address(of socket: CInt) -> SocketAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let code = withUnsafeMutableBytes(of: &storage) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { getpeername(socket, $0.baseAddress, &length) }
    }
    guard code == 0 else { return nil }
    return withUnsafeBytes(of: storage) { bytes in
      SocketAddress(name: UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(length))))
    }
  }
}
