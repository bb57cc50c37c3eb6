import CLinux
import Glibc

/// A stream socket over TCP or a Unix path, non-blocking and close-on-exec.
package struct Socket: ~Copyable, Sendable {
  /// The descriptor, which the socket owns.
  package let descriptor: FileDescriptor

  /// Takes over a connected or listening descriptor, as from socket activation.
  package init(owning descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

  /// The number to watch on the event loop.
  package var rawValue: CInt { descriptor.rawValue }

  /// Listens on an address; port 0 takes a free one. The calls are `socket(2)`, `bind(2)` and `listen(2)`.
  ///
  /// A Unix path must be free: the caller judges and removes what an earlier process left there.
  package static func listen(on address: SocketAddress, backlog: CInt = 1024) throws(Errno) -> Socket {
    let socket = try make(address)
    let number = socket.rawValue
    if address.family != AF_UNIX { try socket.setOption(SOL_SOCKET, SO_REUSEADDR, 1) }
    if address.family == AF_INET6 { try socket.setOption(CInt(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
    let text = address.description
    try address.withSockaddr { (name, length) throws(Errno) in
      _ = try check("listen on", text) { bind(number, name, length) }
    }
    _ = try check("listen on", text) { Glibc.listen(number, backlog) }
    return socket
  }

  /// Starts to connect; wait for it to be writable, then ask `connectionError`. The call is `connect(2)`.
  package static func connect(to address: SocketAddress) throws(Errno) -> Socket {
    let socket = try make(address)
    let number = socket.rawValue
    try address.withSockaddr { (name, length) throws(Errno) in
      do throws(Errno) {
        _ = try check("connect to", address.description) { Glibc.connect(number, name, length) }
      } catch {
        if error.code != EINPROGRESS { throw error }
      }
    }
    return socket
  }

  /// Takes the next waiting connection; nil where there is none. The call is `accept4(2)`.
  package borrowing func accept() throws(Errno) -> Socket? {
    let number = rawValue
    while true {
      do {
        guard let accepted = try checkReady("accept", nil, { linux_accept(number) }) else { return nil }
        return Socket(owning: FileDescriptor(owning: accepted))
      } catch {
        // Where the client left before it was taken, the next one may be there.
        if error.code != ECONNABORTED { throw error }
      }
    }
  }

  /// Reads what is there: 0 at the end, nil where nothing is yet. The call is `recv(2)`.
  package borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int? {
    let number = rawValue
    return try checkReady("receive") { recv(number, buffer.baseAddress, buffer.count, 0) }
  }

  /// Sends what goes in at once; nil where nothing does. Never raises SIGPIPE. The call is `send(2)`.
  package borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int? {
    let number = rawValue
    return try checkReady("send") { Glibc.send(number, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL)) }
  }

  /// Sends a part of a file without reading it: the bytes sent, nil where none go in. See `sendfile(2)`.
  package borrowing func send(file: CInt, offset: Int64, count: Int) throws(Errno) -> Int? {
    let number = rawValue
    var offset = off_t(offset)
    return try checkReady("send file") { sendfile(number, file, &offset, count) }
  }

  /// Says that nothing more is sent. The call is `shutdown(2)`.
  package borrowing func finishWriting() throws(Errno) {
    let number = rawValue
    _ = try check("shut down") { shutdown(number, CInt(SHUT_WR)) }
  }

  /// Sends small answers at once. The option is TCP_NODELAY of `tcp(7)`.
  package borrowing func setNoDelay() throws(Errno) { try setOption(CInt(IPPROTO_TCP), TCP_NODELAY, 1) }

  /// Makes a client that died without a word be noticed. The option is SO_KEEPALIVE of `socket(7)`.
  package borrowing func setKeepAlive() throws(Errno) { try setOption(SOL_SOCKET, SO_KEEPALIVE, 1) }

  /// How a connection attempt ended: nil for well. The option is SO_ERROR of `socket(7)`.
  package borrowing func connectionError() throws(Errno) -> Errno? {
    let number = rawValue
    var code: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    _ = try check("connect") { getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length) }
    return code == 0 ? nil : Errno(code, "connect")
  }

  /// Whether connections can be taken from it. The options are SO_TYPE and SO_ACCEPTCONN of `socket(7)`.
  package borrowing func listensForConnections() throws(Errno) -> Bool {
    guard try option(SO_TYPE) == CInt(SOCK_STREAM.rawValue) else { return false }
    return try option(SO_ACCEPTCONN) == 1
  }

  /// Who is on the other end of a Unix socket. The option is SO_PEERCRED of `unix(7)`.
  package borrowing func peerCredentials() throws(Errno) -> PeerCredentials {
    let number = rawValue
    var pid: Int32 = 0
    var uid: UInt32 = 0
    var gid: UInt32 = 0
    _ = try check("identify peer") { linux_peer_credentials(number, &pid, &uid, &gid) }
    return PeerCredentials(pid: pid, uid: uid, gid: gid)
  }

  /// The socket's own address, with the port it really has. The call is `getsockname(2)`.
  package borrowing func localAddress() throws(Errno) -> SocketAddress {
    try address("getsockname", getsockname)
  }

  /// The other end's address. The call is `getpeername(2)`.
  package borrowing func peerAddress() throws(Errno) -> SocketAddress {
    try address("getpeername", getpeername)
  }

  private static func make(_ address: SocketAddress) throws(Errno) -> Socket {
    let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let number = try check("make socket") { socket(address.family, type, 0) }
    return Socket(owning: FileDescriptor(owning: number))
  }

  private borrowing func option(_ name: CInt) throws(Errno) -> CInt {
    let number = rawValue
    var value: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    _ = try check("get socket option") { getsockopt(number, SOL_SOCKET, name, &value, &length) }
    return value
  }

  private borrowing func setOption(_ level: CInt, _ name: CInt, _ value: CInt) throws(Errno) {
    let number = rawValue
    var value = value
    _ = try check("set socket option") {
      setsockopt(number, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
    }
  }

  private borrowing func address(
    _ operation: StaticString,
    _ call: (CInt, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt
  ) throws(Errno) -> SocketAddress {
    let number = rawValue
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    _ = try check(operation) {
      withUnsafeMutablePointer(to: &storage) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call(number, $0, &length) }
      }
    }
    guard let address = SocketAddress(storage, length: length) else {
      throw Errno(EAFNOSUPPORT, operation.description)
    }
    return address
  }
}

/// The process on the other end of a Unix socket, as it was when it connected.
package struct PeerCredentials: Equatable, Sendable {
  package let pid: Int32
  package let uid: UInt32
  package let gid: UInt32

  /// Names a peer.
  package init(pid: Int32, uid: UInt32, gid: UInt32) {
    self.pid = pid
    self.uid = uid
    self.gid = gid
  }
}
