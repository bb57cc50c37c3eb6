import Glibc

/// Finds the addresses of a host; see `getaddrinfo(3)`.
package enum NameLookup {
  /// The addresses to try, in the resolver's order; none where the name is not known. A literal address is
  /// its own answer. A name is looked up on a thread that may block.
  package static func addresses(of host: String, port: UInt16) async -> [SocketAddress] {
    if let literal = SocketAddress(host: host, port: port) { return [literal] }
    return await BlockingWork.clients.run { addressesBlocking(of: host, port: port) }
  }

  /// The same for a thread that may block, as long as the resolver does.
  package static func addressesBlocking(of host: String, port: UInt16) -> [SocketAddress] {
    if let literal = SocketAddress(host: host, port: port) { return [literal] }
    return lookUp(host, port)
  }

  private static func lookUp(_ host: String, _ port: UInt16) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var entry = list
    while let info = entry?.pointee {
      let name = UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen))
      if let address = SocketAddress(name: name), !addresses.contains(address) { addresses.append(address) }
      entry = info.ai_next
    }
    return addresses
  }
}
