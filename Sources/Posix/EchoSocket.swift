import Glibc

/// Asks a host for an echo: ICMP of RFC 792, or ICMPv6 of RFC 4443.
///
/// The kernel gives a datagram socket to the groups of `net.ipv4.ping_group_range`, and a raw one to whoever
/// has CAP_NET_RAW; see `icmp(7)`.
package struct EchoSocket: ~Copyable, Sendable {
  private let descriptor: FileDescriptor
  private let address: SocketAddress
  private let isRaw: Bool
  /// Tells this socket's echoes from those of others: a raw socket hears all.
  private let mark: [UInt8]

  private static let headerBytes = 8

  /// Opens a socket for an address; its port does not matter.
  ///
  /// - Throws: `EACCES` or `EPERM` where the host allows neither kind.
  package init(to address: SocketAddress) throws(Errno) {
    let family = address.family
    let number: CInt = family == AF_INET6 ? 58 : 1  // IPPROTO_ICMPV6, IPPROTO_ICMP
    let flags = CInt(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    var isRaw = false
    var opened: CInt
    do throws(Errno) {
      opened = try check("open echo socket") { socket(family, CInt(SOCK_DGRAM.rawValue) | flags, number) }
    } catch {
      isRaw = true
      opened = try check("open echo socket") { socket(family, CInt(SOCK_RAW.rawValue) | flags, number) }
    }
    self.isRaw = isRaw
    self.address = address
    descriptor = FileDescriptor(owning: opened)
    mark = Random.bytes(16)
  }

  /// The number to wait for.
  package var rawValue: CInt { descriptor.rawValue }

  /// Asks for the echo of `sequence`.
  package borrowing func send(_ sequence: UInt16) throws(Errno) {
    let isV6 = address.family == AF_INET6
    var message: [UInt8] = [
      isV6 ? 128 : 8, 0, 0, 0, mark[0], mark[1], UInt8(sequence >> 8), UInt8(sequence & 0xFF),
    ]
    message += mark
    if !isV6 {
      let sum = Self.checksum(message)
      (message[2], message[3]) = (UInt8(sum >> 8), UInt8(sum & 0xFF))
    }
    let number = rawValue
    let bytes = message
    try address.withSockaddr { (name, length) throws(Errno) in
      _ = try check("send echo request", address.host) { sendto(number, bytes, bytes.count, 0, name, length) }
    }
  }

  /// The sequence of an echo that has come; nil where none of this socket's has.
  package borrowing func receive() throws(Errno) -> UInt16? {
    let number = rawValue
    var buffer = [UInt8](repeating: 0, count: 512)
    while let count = try checkReady("receive echo", nil, { recv(number, &buffer, buffer.count, 0) }) {
      if let sequence = sequence(of: buffer[..<count]) { return sequence }
    }
    return nil
  }

  private borrowing func sequence(of packet: ArraySlice<UInt8>) -> UInt16? {
    let isV6 = address.family == AF_INET6
    var message = packet
    if isRaw, !isV6 {
      guard let first = packet.first else { return nil }
      message = packet.dropFirst(Int(first & 0xF) * 4)  // a raw socket sees the IP header too
    }
    let bytes = Array(message)
    guard bytes.count >= Self.headerBytes + mark.count, bytes[0] == (isV6 ? 129 : 0),
      Array(bytes[Self.headerBytes..<Self.headerBytes + mark.count]) == mark
    else { return nil }
    return UInt16(bytes[6]) << 8 | UInt16(bytes[7])
  }

  /// The Internet checksum of RFC 1071.
  static func checksum(_ bytes: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for index in stride(from: 0, to: bytes.count, by: 2) {
      sum += UInt32(bytes[index]) << 8 | (index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0)
    }
    while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
    return ~UInt16(sum)
  }
}
