import Glibc

/// Where a socket listens or connects: an IPv4 or IPv6 address with its port, or a path.
package enum SocketAddress: Hashable, Sendable, CustomStringConvertible {
  /// Four bytes in network order.
  case ipv4(UInt32, port: UInt16)
  /// Sixteen bytes in network order, and the interface of a link-local address.
  case ipv6([UInt8], port: UInt16, scope: UInt32)
  /// A path in the file system; empty for a client's nameless end. See `unix(7)`.
  case unix(String)

  /// Bytes of the longest path of a Unix socket, without the NUL behind it.
  package static let longestPath = 107

  /// Reads `127.0.0.1:80`, `[::1]:80` or an absolute path, with or without `unix:` before it.
  package init?(_ text: String) {
    if text.hasPrefix("unix:") {
      self = .unix(String(text.dropFirst(5)))
      return
    }
    if text.hasPrefix("/") {
      self = .unix(text)
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
      return nil
    }
    let host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      self.init(host: String(host.dropFirst().dropLast()), port: port)
      guard case .ipv6 = self else { return nil }
    } else {
      self.init(host: String(host), port: port)
      guard case .ipv4 = self else { return nil }
    }
  }

  /// Reads a literal address, without brackets; nil for a name. See `inet_pton(3)`.
  package init?(host: String, port: UInt16) {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, host, &four) == 1 {
      self = .ipv4(UInt32(bigEndian: four.s_addr), port: port)
    } else if inet_pton(AF_INET6, host, &six) == 1 {
      self = .ipv6(withUnsafeBytes(of: six) { Array($0) }, port: port, scope: 0)
    } else {
      return nil
    }
  }

  /// Reads a `sockaddr` of any family, as libraries hand it out; nil for one that is not known here.
  package init?(name: UnsafeRawBufferPointer) {
    var storage = sockaddr_storage()
    guard name.count <= MemoryLayout<sockaddr_storage>.size else { return nil }
    withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: name) }
    self.init(storage, length: socklen_t(name.count))
  }

  /// Reads what the kernel wrote.
  init?(_ storage: sockaddr_storage, length: socklen_t) {
    var storage = storage
    switch CInt(storage.ss_family) {
    case AF_INET:
      self = withUnsafeBytes(of: &storage) { bytes in
        let address = bytes.load(as: sockaddr_in.self)
        return .ipv4(UInt32(bigEndian: address.sin_addr.s_addr), port: UInt16(bigEndian: address.sin_port))
      }
    case AF_INET6:
      self = withUnsafeBytes(of: &storage) { bytes in
        let address = bytes.load(as: sockaddr_in6.self)
        let host = withUnsafeBytes(of: address.sin6_addr) { Array($0) }
        return .ipv6(host, port: UInt16(bigEndian: address.sin6_port), scope: address.sin6_scope_id)
      }
    case AF_UNIX:
      self = withUnsafeBytes(of: &storage) { bytes in
        let path = bytes[2..<max(2, min(Int(length), bytes.count))].prefix { $0 != 0 }
        return .unix(String(decoding: path, as: UTF8.self))
      }
    default: return nil
    }
  }

  package var description: String {
    switch self {
    case .ipv4(_, let port): "\(host):\(port)"
    case .ipv6(_, let port, _): "[\(host)]:\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  /// The address alone, as it is written in an URL's host without brackets; the path of a Unix socket.
  package var host: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    switch self {
    case .ipv4(let address, _):
      return [24, 16, 8, 0].map { String(address >> $0 & 0xff) }.joined(separator: ".")
    case .ipv6(let bytes, _, _):
      inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count))
      return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    case .unix(let path): return path
    }
  }

  /// Whether only this host can reach it: 127.0.0.0/8, ::1, either spelled as an IPv4-mapped one, or a path.
  package var isLoopback: Bool {
    switch self {
    case .ipv4(let address, _): address >> 24 == 127
    case .ipv6(let bytes, _, _):
      bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
        || bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127])
    case .unix: true
    }
  }

  var family: CInt {
    switch self {
    case .ipv4: AF_INET
    case .ipv6: AF_INET6
    case .unix: AF_UNIX
    }
  }

  /// Lends the kernel's form of the address.
  func withSockaddr<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    switch self {
    case .ipv4(let address, let port):
      var four = sockaddr_in()
      four.sin_family = sa_family_t(AF_INET)
      four.sin_port = port.bigEndian
      four.sin_addr.s_addr = address.bigEndian
      length = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: four, as: sockaddr_in.self) }
    case .ipv6(let bytes, let port, let scope):
      var six = sockaddr_in6()
      six.sin6_family = sa_family_t(AF_INET6)
      six.sin6_port = port.bigEndian
      six.sin6_scope_id = scope
      withUnsafeMutableBytes(of: &six.sin6_addr) { $0.copyBytes(from: bytes.prefix(16)) }
      length = socklen_t(MemoryLayout<sockaddr_in6>.size)
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: six, as: sockaddr_in6.self) }
    case .unix(let path):
      let bytes = Array(path.utf8)
      guard bytes.count <= Self.longestPath, !bytes.contains(0) else {
        throw Errno(ENAMETOOLONG, "use socket", path)
      }
      storage.ss_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &storage) {
        UnsafeMutableRawBufferPointer(rebasing: $0[2...]).copyBytes(from: bytes)
      }
      length = socklen_t(2 + bytes.count + 1)
    }
    return try withUnsafePointer(to: &storage) { (pointer) throws(Errno) in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { (name) throws(Errno) in
        try body(name, length)
      }
    }
  }
}
