import Glibc
import Posix

extension ServerAddress {
  /// The addresses to try, in order. A name is looked up on a thread that may block. See `getaddrinfo(3)`.
  func resolve() async throws(ClientError) -> [SocketAddress] {
    switch self {
    case .unix(let path): return [.unix(path)]
    case .tcp(let host, let port):
      if let literal = SocketAddress(host: host, port: port) { return [literal] }
      let found = await BlockingWork.clients.run { Self.lookUp(host, port) }
      if found.isEmpty { throw ClientError(.unreachable, "cannot reach \(self): no address for \(host)") }
      return found
    }
  }

  private static func lookUp(_ host: String, _ port: UInt16) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var entry = list
    while let info = entry?.pointee {
      if let address = literal(info, port: port), !addresses.contains(address) { addresses.append(address) }
      entry = info.ai_next
    }
    return addresses
  }

  private static func literal(_ info: addrinfo, port: UInt16) -> SocketAddress? {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    guard
      getnameinfo(info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
    else { return nil }
    let host = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return SocketAddress(host: host, port: port)
  }
}
